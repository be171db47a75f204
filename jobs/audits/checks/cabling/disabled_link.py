"""DCIM-CABLE-011: disabled interface on a link."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ._paths import described, far_end, far_name, joined


class DisabledOnLink(Check):
    """Links that are shut at one end only."""

    id = "DCIM-CABLE-011"
    title = "Disabled interface on a link"
    severity = Severity.LOW
    model = "dcim.interface"
    description = (
        "The interface is disabled, and over cables that are all in place it is connected to an interface that is "
        "enabled, both with one of the given statuses. Either the link is in use and the field is wrong, or it is not, "
        "and the other end waits for it, alarms included. Links that are shut at both ends, and cables to panels "
        "with nothing behind, are left alone."
    )
    remedy = "Enable the interface, or disable the other end, in Nautobot and on the devices."
    tags = ("cabling",)
    parameters = {"statuses": Parameter(("Active",), "Names of the statuses of interfaces that are judged.")}
    since = "0.1.0"
    bad = "ams01-acc-01 Gi1/0/7 is disabled, its far end ams01-srv-01 eth0 is enabled."
    good = "ams01-acc-01 Gi1/0/8 is disabled, and so is its far end ams01-srv-01 eth1."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Disabled interfaces with an enabled one at the far end."""
        judged = {"status__name__in": self.values["statuses"]}
        links = joined(objects.filter(enabled=False, **judged), is_active=True)
        links = links.filter(Exists(far_end().filter(enabled=True, **judged)))
        for row in self.rows(links.annotate(far=described(context.user)), "far"):
            yield self.finding(
                row,
                context,
                "The interface is disabled, the one at the far end of the link is enabled.",
                details={"far end": far_name(row["far"])},
            )
