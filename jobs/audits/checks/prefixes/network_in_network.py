"""IPAM-PREFIX-006: network in a network."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._prefixes import HOST_ROUTE, PARENT, parent_name, with_parent


class NetworkInNetwork(Check):
    """Networks inside what is a single link."""

    id = "IPAM-PREFIX-006"
    title = "Network in a network"
    severity = Severity.LOW
    model = "ipam.prefix"
    description = (
        "The prefix and its parent both have the type network. A network is what hosts on one link share; containers "
        "group networks, and pools are parts of networks. Prefixes of a single host (/32, /128) are left alone. "
        "Utilization and masks of the outer one are wrong."
    )
    remedy = "Set the type of the parent to container, or that of the prefix to pool."
    tags = ("prefix",)
    since = "0.1.0"
    bad = "10.16.10.128/25, a network, is in 10.16.10.0/24, a network."
    good = "10.16.10.128/25, a pool, is in 10.16.10.0/24, a network; 10.16.10.0/24 is in 10.16.0.0/16, a container."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Networks whose parent is a network."""
        prefixes = objects.filter(~HOST_ROUTE, type="network", parent__type="network")
        for row in self.rows(with_parent(prefixes, context.user), *PARENT):
            yield self.finding(
                row, context, "The prefix and its parent are both networks.", details={"parent": parent_name(row)}
            )
