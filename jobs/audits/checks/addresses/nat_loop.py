"""IPAM-ADDRESS-011: NAT in a circle."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import truth

_MOST_STEPS = 4


class NatLoop(Check):
    """Addresses that are translated to themselves."""

    id = "IPAM-ADDRESS-011"
    title = "NAT in a circle"
    severity = Severity.MEDIUM
    model = "ipam.ipaddress"
    description = (
        f"The inside address of NAT leads back to the address itself, in at most {_MOST_STEPS} steps. One of them must "
        "be wrong, and what follows inside addresses to the end never gets there."
    )
    remedy = "Clear the inside address of the address that is the inside one itself."
    tags = ("address", "nat")
    since = "0.1.0"
    bad = "198.51.100.10/24 has the inside address 10.16.20.10, which has the inside address 198.51.100.10."
    good = "198.51.100.10/24 has the inside address 10.16.20.10/24, which has none."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Addresses that are their own inside address, directly or over others."""
        steps = ["__".join(["nat_inside"] * number) for number in range(1, _MOST_STEPS + 1)]
        circle = Q(pk__in=[])
        for step in steps:
            circle |= Q(**{f"{step}": F("pk")})
        addresses = objects.filter(circle, nat_inside__isnull=False).annotate(itself=truth(Q(nat_inside=F("pk"))))
        for row in self.rows(addresses, "itself"):
            message = "The address is its own inside address." if row["itself"] else "NAT leads back to the address."
            yield self.finding(row, context, message)
