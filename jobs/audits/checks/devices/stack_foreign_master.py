"""DCIM-VC-004: master that is no member."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from nautobot.dcim.models import Device

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._groups import listed, members, visible_names


class StackForeignMaster(Check):
    """Virtual chassis whose master is not in them."""

    id = "DCIM-VC-004"
    title = "Master is no member of the virtual chassis"
    severity = Severity.HIGH
    model = "dcim.virtualchassis"
    description = (
        "The master of the virtual chassis is not one of its members: it is a member of another one, or of none. "
        "Nautobot's validation refuses that, imports do not. The ports of the stack are shown on a device that has "
        "nothing to do with it."
    )
    remedy = "Make the master a member, or set a member as master."
    tags = ("virtual chassis",)
    since = "0.1.0"
    bad = "ams01-stack-01 has the members ams01-acc-01 and ams01-acc-02, and its master is ams01-acc-03."
    good = "ams01-stack-01 has the master ams01-acc-01, which is one of its members."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        master = Device.objects.restrict(context.user, "view").order_by().filter(pk=OuterRef("master"))
        outside = Q(master__virtual_chassis__isnull=True) | ~Q(master__virtual_chassis=F("pk"))
        stacks = objects.filter(outside, master__isnull=False).annotate(
            master_name=Subquery(master.values("name")),
            names=visible_names(members("virtual_chassis"), context.user),
        )
        for row in self.rows(stacks, "master_name", "names"):
            yield self.finding(
                row,
                context,
                "The master of the virtual chassis is not one of its members.",
                details={"master": row["master_name"], "members": listed(row["names"])},
            )
