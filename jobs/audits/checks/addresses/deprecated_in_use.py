"""IPAM-ADDRESS-014: deprecated address in use."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.dcim.models import Device

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._addresses import DEPRECATED, INTERFACES, assignments, interface_names, with_interfaces


class DeprecatedAddressInUse(Check):
    """Addresses that should be gone and are still configured."""

    id = "IPAM-ADDRESS-014"
    title = "Deprecated address in use"
    severity = Severity.LOW
    model = "ipam.ipaddress"
    description = (
        "The address has one of the statuses, by default Deprecated, and is still assigned to an interface. Primary "
        "addresses of devices are reported by DCIM-PRIMARY-005. Configuration made from Nautobot keeps the address alive."
    )
    remedy = "Unassign the address and delete it, or correct its status."
    tags = ("address", "lifecycle")
    parameters = {"statuses": DEPRECATED}
    since = "0.1.0"
    bad = "10.16.30.5/24 is Deprecated, and assigned to ams01-core-01 Vlan30."
    good = "10.16.30.6/24 is Deprecated, and assigned to nothing."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Deprecated addresses that are assigned, but not primary."""
        primary = [
            Exists(Device.objects.filter(**{field: OuterRef("pk")}).order_by())
            for field in ("primary_ip4", "primary_ip6")
        ]
        addresses = objects.filter(
            Exists(assignments()), *(~each for each in primary), status__name__in=self.values["statuses"]
        )
        for row in self.rows(with_interfaces(addresses, context.user), "status__name", *INTERFACES):
            yield self.finding(
                row,
                context,
                f"The address is {row['status__name']} and assigned.",
                details={"interfaces": interface_names(row)},
            )
