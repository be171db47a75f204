"""IPAM-ADDRESS-012: NAT to an address of NAT."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q, QuerySet
from nautobot.ipam.models import IPAddress

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import visible_value


class NatChain(Check):
    """Addresses that are translated twice."""

    id = "IPAM-ADDRESS-012"
    title = "NAT to an address of NAT"
    severity = Severity.INFO
    model = "ipam.ipaddress"
    description = (
        "The inside address of NAT has an inside address itself, and that is another one. Two translations in a row are "
        "possible, but often one of the three was entered the wrong way round. Nautobot itself looks one step far only: "
        "the innermost device cannot have the outermost address as primary."
    )
    remedy = "Make sure that both translations exist; if not, set the innermost address as inside address."
    tags = ("address", "nat")
    since = "0.1.0"
    bad = "198.51.100.10/24 has the inside address 10.0.0.10, which has the inside address 192.168.0.10."
    good = "198.51.100.10/24 has the inside address 10.0.0.10/24, which has none."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Addresses with an inside address of their inside address."""
        addresses = objects.filter(~Q(nat_inside__nat_inside=F("pk")), ~Q(nat_inside__nat_inside=F("nat_inside")))
        addresses = addresses.filter(nat_inside__nat_inside__isnull=False)
        for row in self.rows(
            addresses.annotate(inside=visible_value(IPAddress, context.user, "nat_inside", "host")), "inside"
        ):
            yield self.finding(
                row,
                context,
                "The inside address has an inside address itself.",
                details={"inside address": row["inside"] or ""},
            )
