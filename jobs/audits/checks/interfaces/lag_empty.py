"""DCIM-IFACE-001: LAG without members."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.dcim.models import Interface

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity


class LagWithoutMembers(Check):
    """LAGs that nothing is part of."""

    id = "DCIM-IFACE-001"
    title = "LAG without members"
    severity = Severity.LOW
    model = "dcim.interface"
    description = (
        "An enabled interface of the type LAG with one of the given statuses has no member interfaces. Either the "
        "members do not say so, or the LAG is left over: what is configured on it goes nowhere."
    )
    remedy = "Set the LAG of its member interfaces, disable the LAG, or delete it."
    tags = ("lag",)
    parameters = {"statuses": Parameter(("Active",), "Names of the statuses of LAGs that need members.")}
    since = "0.1.0"
    bad = "ams01-acc-03 Port-channel2 is active and enabled, and no interface of ams01-acc-03 has it as its LAG."
    good = "ams01-acc-03 Port-channel3 has no members either, and has the status Planned."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """LAGs without members."""
        members = Interface.objects.filter(lag=OuterRef("pk")).order_by()
        lags = objects.filter(~Exists(members), type="lag", enabled=True, status__name__in=self.values["statuses"])
        for row in self.rows(lags):
            yield self.finding(row, context, "The LAG has no member interfaces.")
