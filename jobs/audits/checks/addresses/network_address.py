"""IPAM-ADDRESS-008: network or broadcast address."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import truth
from ._addresses import INTERFACES, PREFIX, interface_names, prefix_name, with_interfaces, with_prefix


class NetworkAddress(Check):
    """Hosts at an address that no host can have."""

    id = "IPAM-ADDRESS-008"
    title = "Network or broadcast address"
    severity = Severity.MEDIUM
    model = "ipam.ipaddress"
    description = (
        "The IPv4 address is the first or the last of its parent, a prefix of type network, and has the same mask, "
        "shorter than /31. Routers and hosts refuse to be configured with it. Pools have no such addresses, nor do /31 "
        "networks."
    )
    remedy = "Correct the address or its mask; set the prefix to type pool if all of its addresses are given out."
    tags = ("address",)
    since = "0.1.0"
    bad = "10.16.10.0/24 is recorded as an address in the network 10.16.10.0/24."
    good = "10.16.1.2/31 is the first address of the network 10.16.1.2/31; 10.16.0.0/32 is in the pool 10.16.0.0/24."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """IPv4 addresses at either end of their network."""
        first, last = Q(host=F("parent__network")), Q(host=F("parent__broadcast"))
        addresses = objects.filter(
            first | last,
            ip_version=4,
            mask_length__lt=31,
            mask_length=F("parent__prefix_length"),
            parent__type="network",
        ).annotate(first=truth(first))
        addresses = with_prefix(with_interfaces(addresses, context.user), context.user)
        for row in self.rows(addresses, "first", *PREFIX, *INTERFACES):
            yield self.finding(
                row,
                context,
                f"It is the {'network' if row['first'] else 'broadcast'} address of its prefix.",
                details={"prefix": prefix_name(row), "interfaces": interface_names(row)},
            )
