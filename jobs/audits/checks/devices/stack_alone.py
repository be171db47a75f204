"""DCIM-VC-003: virtual chassis with one member."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import count
from ._groups import listed, members, visible_names


class StackAlone(Check):
    """Virtual chassis that stack nothing."""

    id = "DCIM-VC-003"
    title = "Virtual chassis with one member"
    severity = Severity.LOW
    model = "dcim.virtualchassis"
    description = (
        "The virtual chassis has one member, or none. The others were never entered or have been removed: either the "
        "record of the stack is incomplete, or there is no stack. Turn this check off where single switches are "
        "recorded as stacks on purpose, to be extended later."
    )
    remedy = "Add the other members, or delete the virtual chassis."
    tags = ("virtual chassis",)
    since = "0.1.0"
    bad = "ams01-stack-01 has the member ams01-acc-01 only."
    good = "ams01-stack-01 has the members ams01-acc-01 and ams01-acc-02."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        devices = members("virtual_chassis")
        stacks = objects.annotate(size=count(devices), names=visible_names(devices, context.user))
        for row in self.rows(stacks.filter(size__lt=2), "size", "names"):
            number = "one member" if row["size"] else "no member"
            yield self.finding(
                row, context, f"The virtual chassis has {number}.", details={"member": listed(row["names"])}
            )
