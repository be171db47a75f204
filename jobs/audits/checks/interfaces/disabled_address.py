"""DCIM-IFACE-006: disabled interface with an address."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._addresses import assigned, names, visible_addresses


class DisabledWithAddress(Check):
    """Addresses that are in use according to Nautobot, on interfaces that are shut."""

    id = "DCIM-IFACE-006"
    title = "Disabled interface with an address"
    severity = Severity.LOW
    model = "dcim.interface"
    description = (
        "The interface is disabled, and has IP addresses that are neither planned nor about to go: statuses other than "
        "Reserved and Deprecated. Nobody answers there, while the addresses count as used."
    )
    remedy = "Enable the interface if it is in use, or remove its addresses."
    tags = ("address",)
    since = "0.1.0"
    bad = "ams01-wan-01 xe-0/1/5 is disabled and has 192.0.2.1/31."
    good = "ams01-wan-01 xe-0/1/6 is disabled and has 192.0.2.3/31 with the status Reserved."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Disabled interfaces with addresses in use."""
        in_use = assigned().exclude(ip_address__status__name__in=("Reserved", "Deprecated"))
        interfaces = objects.filter(Exists(in_use), enabled=False)
        for row in self.rows(interfaces.annotate(addresses=visible_addresses(context.user)), "addresses"):
            yield self.finding(
                row,
                context,
                "The interface is disabled, and has IP addresses.",
                details={"addresses": names(row["addresses"])},
            )
