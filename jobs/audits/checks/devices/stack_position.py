"""DCIM-VC-002: member of a virtual chassis without position."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import OuterRef, QuerySet, Subquery
from nautobot.dcim.models import VirtualChassis

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity


class StackPosition(DeviceCheck):
    """Members of a virtual chassis of which nobody knows which one they are."""

    id = "DCIM-VC-002"
    title = "Member of a virtual chassis without position"
    severity = Severity.LOW
    description = (
        "The device is a member of a virtual chassis and has no position in it. Nautobot's validation refuses that, "
        "imports do not; equal positions the database itself refuses. Positions tell which port belongs to which "
        "member, and name members that have no name of their own."
    )
    remedy = "Set the position of the device in the virtual chassis: its member number."
    tags = ("virtual chassis",)
    since = "0.1.0"
    bad = "ams01-acc-02 is a member of ams01-stack-01 and has no position."
    good = "ams01-stack-01 has members at the positions 1 and 3: the second one was taken out."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        visible = VirtualChassis.objects.restrict(context.user, "view").order_by()
        devices = objects.filter(virtual_chassis__isnull=False, vc_position__isnull=True).annotate(
            stack=Subquery(visible.filter(pk=OuterRef("virtual_chassis")).values("name"))
        )
        for row in self.rows(devices, "stack"):
            yield self.finding(
                row,
                context,
                "The device has no position in its virtual chassis.",
                details={"virtual chassis": row["stack"]},
            )
