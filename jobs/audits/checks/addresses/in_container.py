"""IPAM-ADDRESS-002: address directly in a container."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._addresses import INTERFACES, PREFIX, interface_names, prefix_name, with_interfaces, with_prefix


class AddressInContainer(Check):
    """Addresses whose network nobody has recorded."""

    id = "IPAM-ADDRESS-002"
    title = "Address in no network"
    severity = Severity.MEDIUM
    model = "ipam.ipaddress"
    description = (
        "The parent of the address is a prefix of type container, or there is none. Containers group networks; hosts "
        "belong in networks and pools. The real network is missing: it looks free and may be given away a second time."
    )
    remedy = "Create the prefix of type network or pool that the address is in, or correct the type of its parent."
    tags = ("address", "prefix")
    since = "0.1.0"
    bad = "10.16.77.1/24 has the parent 10.16.0.0/16, a container: nobody created 10.16.77.0/24."
    good = "10.16.10.11/24 has the parent 10.16.10.0/24, a network; 10.16.0.1/32 has 10.16.0.0/24, a pool."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Addresses with a container, or nothing, as parent."""
        addresses = objects.filter(Q(parent__type="container") | Q(parent=None))
        addresses = with_prefix(with_interfaces(addresses, context.user), context.user)
        for row in self.rows(addresses, "parent", *PREFIX, *INTERFACES):
            yield self.finding(
                row,
                context,
                "The parent is a container." if row["parent"] else "The address has no parent.",
                details={"prefix": prefix_name(row), "interfaces": interface_names(row)},
            )
