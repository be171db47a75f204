"""DCIM-VC-001: virtual chassis without master."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._groups import listed, members, visible_names


class StackMaster(Check):
    """Virtual chassis that nobody stands for."""

    id = "DCIM-VC-001"
    title = "Virtual chassis without master"
    severity = Severity.MEDIUM
    model = "dcim.virtualchassis"
    description = (
        "The virtual chassis has members and no master. Nautobot shows the interfaces of all members on the master, and "
        "checks that look at a stack as one device, such as those of console ports, look at the master: without one, "
        "the members count as devices of their own."
    )
    remedy = "Set the member that the stack is managed through as master."
    tags = ("virtual chassis",)
    since = "0.1.0"
    bad = "ams01-stack-01 has the members ams01-acc-01 and ams01-acc-02 and no master."
    good = "ams01-stack-01 has the master ams01-acc-01."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        stacks = objects.filter(master__isnull=True, members__isnull=False).distinct()
        stacks = stacks.annotate(names=visible_names(members("virtual_chassis"), context.user))
        for row in self.rows(stacks, "names"):
            yield self.finding(
                row, context, "The virtual chassis has no master.", details={"members": listed(row["names"])}
            )
