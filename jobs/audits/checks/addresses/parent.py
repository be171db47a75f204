"""IPAM-ADDRESS-004: wrong parent."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from nautobot.ipam.models import Prefix

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import truth
from ._addresses import PREFIX, prefix_name, with_prefix


class AddressParent(Check):
    """Addresses that Nautobot shows in a prefix that they are not in."""

    id = "IPAM-ADDRESS-004"
    title = "Address in the wrong parent"
    severity = Severity.MEDIUM
    model = "ipam.ipaddress"
    description = (
        "The parent of the address does not contain it, or one of the parent's children contains it and is nearer. "
        "Nautobot keeps parents right, imports and code that bypass its models do not. Utilization, free addresses and "
        "the list of a prefix's addresses are then wrong, and one host can be recorded twice."
    )
    remedy = (
        "Give the address the parent that Nautobot names when it is saved; delete it if the host is recorded there too."
    )
    tags = ("address", "prefix", "import")
    since = "0.1.0"
    bad = "10.16.10.11/24 has the parent 10.16.0.0/16, although 10.16.10.0/24 exists in the same namespace."
    good = "10.16.104.1/24 of the namespace Guest is not in 10.16.104.0/24 of Global, but in that of Guest."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Addresses outside their parent, or inside a child of their parent."""
        nearer = Prefix.objects.filter(
            parent=OuterRef("parent"),
            namespace=OuterRef("parent__namespace"),
            ip_version=OuterRef("ip_version"),
            network__lte=OuterRef("host"),
            broadcast__gte=OuterRef("host"),
        ).order_by()
        inside = Q(ip_version=F("parent__ip_version"), host__gte=F("parent__network"), host__lte=F("parent__broadcast"))
        addresses = objects.filter(parent__isnull=False).annotate(inside=truth(inside))
        addresses = with_prefix(addresses.filter(Q(inside=False) | Q(Exists(nearer))), context.user)
        for row in self.rows(addresses, "inside", *PREFIX):
            yield self.finding(
                row,
                context,
                "A child of its parent contains it." if row["inside"] else "Its parent does not contain it.",
                details={"prefix": prefix_name(row)},
            )
