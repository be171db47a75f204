"""IPAM-ADDRESS-003: address in a deprecated prefix."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._addresses import DEPRECATED, INTERFACES, PREFIX, interface_names, prefix_name, with_interfaces, with_prefix


class AddressInDeprecated(Check):
    """Addresses that are left in a network about to go."""

    id = "IPAM-ADDRESS-003"
    title = "Address in a deprecated prefix"
    severity = Severity.LOW
    model = "ipam.ipaddress"
    description = (
        "The parent of the address has one of the statuses, by default Deprecated, the address itself has not. Either "
        "the network is still in use, or the address has been forgotten."
    )
    remedy = "Renumber, and delete the address or deprecate it too; or correct the status of the prefix."
    tags = ("address", "prefix")
    parameters = {"statuses": DEPRECATED}
    since = "0.1.0"
    bad = "10.16.30.5/24 is Active, its prefix 10.16.30.0/24 is Deprecated."
    good = "10.16.30.6/24 is Deprecated, as its prefix is."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Addresses in use by their status, in prefixes that are not."""
        statuses = self.values["statuses"]
        addresses = objects.filter(~Q(status__name__in=statuses), parent__status__name__in=statuses)
        addresses = with_prefix(with_interfaces(addresses, context.user), context.user)
        for row in self.rows(addresses, "status__name", "parent__status__name", *PREFIX, *INTERFACES):
            yield self.finding(
                row,
                context,
                f"The address is {row['status__name']}, its prefix is {row['parent__status__name']}.",
                details={"prefix": prefix_name(row), "interfaces": interface_names(row)},
            )
