"""DCIM-LOCATION-002: active devices in a location that is not in use."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.dcim.models import Device

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import count


class LocationNotInUse(Check):
    """Locations whose status is contradicted by what is in them."""

    id = "DCIM-LOCATION-002"
    title = "Active devices in a location that is not in use"
    severity = Severity.MEDIUM
    model = "dcim.location"
    description = (
        "The location has one of the statuses in the parameter `statuses`, and devices with the status Active are in it. "
        "Decommissioning is not among them by default: devices stay active there until the last day. Whoever selects "
        "active locations misses the devices."
    )
    remedy = "Set the status of the location to Active, or correct the status or location of the devices."
    tags = ("location",)
    parameters = {
        "statuses": Parameter(
            ("Planned", "Staging", "Retired"), "Names of the statuses of locations that are not in use."
        )
    }
    since = "0.1.0"
    bad = "SYD01 is still planned; syd01-core-01 in it is active."
    good = "OSL01 is being decommissioned, and osl01-wan-01 is active until the circuit is cancelled."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Locations of those statuses with active devices."""
        active = Device.objects.filter(location=OuterRef("pk"), status__name="Active").order_by()
        contradicted = objects.filter(Exists(active), status__name__in=self.values["statuses"])
        for row in self.rows(contradicted.annotate(active=count(active)), "status__name", "active"):
            yield self.finding(
                row,
                context,
                f"The location has the status {row['status__name']}, but active devices are in it.",
                details={"devices": str(row["active"])},
            )
