"""DCIM-DEVICE-017: child device elsewhere than its parent."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from nautobot.dcim.models import Device, Rack

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import truth


class BayElsewhere(DeviceCheck):
    """Devices in a bay of a device that is somewhere else."""

    id = "DCIM-DEVICE-017"
    title = "Child device elsewhere than its parent"
    severity = Severity.MEDIUM
    description = (
        "The device is in a device bay of another one, and its location differs from that one's, or both are in racks "
        "and these differ. Nautobot moves children along when a parent is saved; imports and bulk changes do not."
    )
    remedy = "Save the parent again, or take the child out of the bay if it was moved."
    tags = ("location", "rack")
    since = "0.1.0"
    bad = "ams01-blade-01, at LON01, is in a bay of ams01-enc-01, at AMS01."
    good = "ams01-blade-01 is in a bay of ams01-enc-01, both at AMS01; the blade has no rack of its own."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        elsewhere = ~Q(location=F("parent_bay__device__location"))
        other_rack = Q(rack__isnull=False, parent_bay__device__rack__isnull=False) & ~Q(
            rack=F("parent_bay__device__rack")
        )
        visible = Device.objects.restrict(context.user, "view").order_by().filter(pk=OuterRef("parent_bay__device"))
        racks = Rack.objects.restrict(context.user, "view").order_by().filter(pk=OuterRef("parent_bay__device__rack"))
        devices = objects.filter(elsewhere | other_rack, parent_bay__isnull=False).annotate(
            parent=Subquery(visible.values("name")),
            parent_location=Subquery(visible.values("location__name")),
            parent_rack=Subquery(racks.values("name")),
            same_place=truth(Q(location=F("parent_bay__device__location"))),
        )
        for row in self.rows(devices, "parent", "parent_location", "parent_rack", "same_place"):
            what = "rack" if row["same_place"] else "location"
            yield self.finding(
                row,
                context,
                f"The device is in another {what} than the device whose bay it is in.",
                details={
                    "parent": row["parent"],
                    "location of the parent": row["parent_location"],
                    "rack of the parent": row["parent_rack"],
                },
            )
