"""DCIM-RACK-001: device above the top of its rack."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, QuerySet

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity
from ._units import mounted


class AboveTop(DeviceCheck):
    """Devices that stick out of their rack."""

    id = "DCIM-RACK-001"
    title = "Device above the top of its rack"
    severity = Severity.MEDIUM
    description = (
        "The highest unit that the device takes up, its position and the height of its type together, is above the "
        "height of the rack. Nautobot refuses such a position, but device types grow, racks shrink and imports pass by. "
        "Elevations leave the device out, and nobody knows where it is."
    )
    remedy = "Correct the position of the device, the height of its type, or the height of the rack."
    tags = ("rack",)
    since = "0.1.0"
    bad = "ams01-dist-01, 6 U high, is at U40 of AMS01-A01, which has 42 units."
    good = "ams01-dist-01, 6 U high, is at U37 of AMS01-A01, which has 42 units: it ends at U42."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        devices = mounted(objects).filter(top__gt=F("rack__u_height"))
        for row in self.rows(devices, "position", "top", "rack__name", "rack__u_height"):
            yield self.finding(
                row,
                context,
                f"The device takes up U{row['position']} to U{row['top']} of a rack with {row['rack__u_height']} units.",
                details={"rack": row["rack__name"]},
            )
