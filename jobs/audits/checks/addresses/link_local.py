"""IPAM-ADDRESS-015: link-local address in a routed prefix."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._addresses import INTERFACES, PREFIX, interface_names, prefix_name, with_interfaces, with_prefix

# A parent of fe80::/10 that is shorter than this contains more than link-local addresses.
_LENGTH = 10


class LinkLocalAddress(Check):
    """Addresses that are kept among those they do not belong to."""

    id = "IPAM-ADDRESS-015"
    title = "Link-local address in a routed prefix"
    severity = Severity.LOW
    model = "ipam.ipaddress"
    description = (
        "The address is in fe80::/10, its parent is wider than that. Link-local addresses exist once a link, not once a "
        "namespace, and are never routed; in the prefix of all addresses they collide and mislead."
    )
    remedy = (
        "Create the prefix fe80::/10, or fe80::/64, in a namespace for link-local addresses; or delete the address."
    )
    tags = ("address", "ipv6")
    since = "0.1.0"
    bad = "fe80::1/64 of ams01-core-01 Vlan101 has the parent ::/0."
    good = "fe80::1/64 has the parent fe80::/64; 2001:db8:16::1/128 is no link-local address."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Link-local addresses in a parent that is not."""
        addresses = objects.filter(
            ip_version=6,
            host__gte="fe80::",
            host__lte="febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            parent__prefix_length__lt=_LENGTH,
        )
        addresses = with_prefix(with_interfaces(addresses, context.user), context.user)
        for row in self.rows(addresses, *PREFIX, *INTERFACES):
            yield self.finding(
                row,
                context,
                "The link-local address is in a prefix of routed addresses.",
                details={"prefix": prefix_name(row), "interfaces": interface_names(row)},
            )
