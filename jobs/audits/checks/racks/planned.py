"""DCIM-RACK-009: active devices in a planned rack."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.dcim.models import Device

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import count
from ._units import listed, visible_names


class RackPlanned(Check):
    """Racks that are not there yet, with devices that are running."""

    id = "DCIM-RACK-009"
    title = "Active devices in a planned rack"
    severity = Severity.LOW
    model = "dcim.rack"
    description = (
        "The rack has one of the given statuses, and a device in it is Active. The rack was built and its record "
        "forgotten, or the device is recorded in the wrong rack."
    )
    remedy = "Set the status of the rack to Active, or correct the rack of the devices."
    tags = ("rack", "status")
    parameters = {"statuses": Parameter(("Planned",), "Names of the statuses of racks that are not there yet.")}
    since = "0.1.0"
    bad = "AMS01-B02 is Planned, and ams01-core-02 in it is Active."
    good = "SYD01-A01 is Planned, and so is syd01-core-01 in it."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        devices = Device.objects.filter(rack=OuterRef("pk"), status__name="Active").order_by()
        racks = objects.filter(Exists(devices), status__name__in=list(self.values["statuses"])).annotate(
            active=count(devices), names=visible_names(devices, context.user)
        )
        for row in self.rows(racks, "status__name", "active", "names"):
            number = "1 device in it is" if row["active"] == 1 else f"{row['active']} devices in it are"
            yield self.finding(
                row,
                context,
                f"The rack is {row['status__name']}, and {number} Active.",
                details={"devices": listed(row["names"])},
            )
