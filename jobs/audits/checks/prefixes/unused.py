"""IPAM-PREFIX-001: unused prefix."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, QuerySet
from django.utils import timezone

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.compat import prefix_users
from ....toolkit.findings import Finding, Severity
from ._prefixes import HOST_ROUTE, NAMED_VLAN, addresses, children, ranges, vlan_name, with_vlan


class PrefixUnused(Check):
    """Networks with nothing in them."""

    id = "IPAM-PREFIX-001"
    title = "Unused prefix"
    severity = Severity.LOW
    model = "ipam.prefix"
    description = (
        "The prefix has one of the types and one of the statuses, and contains no address, no range of addresses and no "
        "prefix, by their parents; nor does a cloud network, a load balancer or a VPN make use of it. A VLAN alone is no "
        "use: not even the gateway is recorded. Prefixes of a single host (/32, /128) are left alone. The space can be "
        "given back, or the addresses in use are missing and will be given away."
    )
    remedy = "Record the addresses in use; or delete the prefix, or set it to Reserved."
    tags = ("prefix", "capacity")
    parameters = {
        "types": Parameter(("network", "pool"), "Types of prefixes that should be in use."),
        "statuses": Parameter(("Active",), "Names of the statuses of prefixes that should be in use."),
        "days": Parameter(0, "Leave prefixes alone that are younger than so many days."),
    }
    since = "0.1.0"
    bad = "10.19.250.0/24 is Active and holds nothing."
    good = "10.50.20.0/24 of the planned site SYD01 is Reserved; 10.16.0.0/16, a container, holds networks."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Prefixes that nothing is in."""
        contents = [addresses(), children(), *([ranges()] if ranges() is not None else []), *prefix_users()]
        prefixes = objects.filter(
            ~HOST_ROUTE,
            *(~Exists(content) for content in contents),
            type__in=self.values["types"],
            status__name__in=self.values["statuses"],
        )
        if self.values["days"]:
            prefixes = prefixes.filter(created__lt=timezone.now() - timedelta(days=self.values["days"]))
        for row in self.rows(with_vlan(prefixes, context.user), *NAMED_VLAN, "description"):
            yield self.finding(
                row,
                context,
                "The prefix holds neither addresses nor prefixes.",
                details={"VLAN": vlan_name(row), "description": row["description"]},
            )
