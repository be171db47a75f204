"""IPAM-ADDRESS-005: host twice in a namespace."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.ipam.models import IPAddress

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._addresses import INTERFACES, PREFIX, interface_names, prefix_name, with_interfaces, with_prefix


class AddressTwice(Check):
    """Hosts that are recorded twice where each can be there once."""

    id = "IPAM-ADDRESS-005"
    title = "Host twice in one namespace"
    severity = Severity.HIGH
    model = "ipam.ipaddress"
    description = (
        "Another address of the same namespace has the same host, in a different parent: Nautobot allows a host once a "
        "parent, and relies on parents being right. Whoever looks up the host finds one of two, and two devices may "
        "be configured with it."
    )
    remedy = (
        "Delete one of the two, after moving its interfaces and what refers to it; correct the parent of the other."
    )
    tags = ("address", "duplicate", "import")
    since = "0.1.0"
    bad = "10.16.10.11/24 is in 10.16.10.0/24, and 10.16.10.11/16 in 10.16.0.0/16, both of the namespace Global."
    good = "10.16.104.1/24 is in the namespace Global and in the namespace Guest."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Addresses with another of the same host and namespace."""
        same = IPAddress.objects.filter(host=OuterRef("host"), parent__namespace=OuterRef("parent__namespace"))
        addresses = objects.filter(Exists(same.exclude(pk=OuterRef("pk")).order_by()))
        addresses = with_prefix(with_interfaces(addresses, context.user), context.user)
        for row in self.rows(addresses, *PREFIX, *INTERFACES):
            yield self.finding(
                row,
                context,
                "The namespace has another address with the same host.",
                details={"prefix": prefix_name(row), "interfaces": interface_names(row)},
            )
