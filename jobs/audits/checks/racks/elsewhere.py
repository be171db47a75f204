"""DCIM-RACK-002: rack of another location."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import is_at_or_above


class RackElsewhere(DeviceCheck):
    """Devices in a rack that is not where they are."""

    id = "DCIM-RACK-002"
    title = "Rack of another location"
    severity = Severity.MEDIUM
    description = (
        "The location of the device is neither that of its rack nor one above it: the rule by which Nautobot accepts a "
        "rack. Moved racks, and imports, get round it. Whoever looks for the device is sent to the wrong place, and "
        "every later change of the device is refused."
    )
    remedy = "Correct the location of the device, or put it into the rack that it is in."
    tags = ("rack", "location")
    since = "0.1.0"
    bad = "ams01-acc-01 is at AMS01, and its rack LON01-A01 is at LON01."
    good = "ams01-acc-01 is at AMS01, and its rack AMS01-A01 is in AMS01-A, a room of AMS01."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        devices = objects.filter(
            ~is_at_or_above("location", "rack__location", context.location_depth), rack__isnull=False
        )
        for row in self.rows(devices, "rack__name", "rack__location"):
            yield self.finding(
                row,
                context,
                "The rack of the device is at another location.",
                details={
                    "rack": row["rack__name"],
                    "location of the rack": context.location_names.get(row["rack__location"], ""),
                },
            )
