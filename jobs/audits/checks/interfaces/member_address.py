"""DCIM-IFACE-007: address on a member of a LAG or bridge."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, Q, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._addresses import assigned, names, visible_addresses


class MemberWithAddress(Check):
    """Members of LAGs and bridges with an address of their own."""

    id = "DCIM-IFACE-007"
    title = "Address on a member of a LAG or bridge"
    severity = Severity.MEDIUM
    model = "dcim.interface"
    description = (
        "The interface is a member of a LAG or a port of a bridge, and has IP addresses of its own. Devices do not "
        "answer on a member: the address belongs to the LAG or bridge, or the membership is wrong."
    )
    remedy = "Assign the addresses to the LAG or bridge, or correct the membership."
    tags = ("address", "lag")
    since = "0.1.0"
    bad = "ams01-fw-01 ethernet1/1 is a member of ae1 and has 192.0.2.1/24."
    good = "ams01-fw-01 ae1 has 192.0.2.1/24, its members have no address."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Members of LAGs and bridges that have addresses."""
        members = objects.filter(Q(lag__isnull=False) | Q(bridge__isnull=False)).filter(Exists(assigned()))
        columns = ("addresses", "lag__name", "bridge__name")
        for row in self.rows(members.annotate(addresses=visible_addresses(context.user)), *columns):
            yield self.finding(
                row,
                context,
                f"The interface is a member of a {'LAG' if row['lag__name'] else 'bridge'}, and has IP addresses.",
                details={
                    "LAG": row["lag__name"] or "",
                    "bridge": row["bridge__name"] or "",
                    "addresses": names(row["addresses"]),
                },
            )
