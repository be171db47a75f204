"""IPAM-ADDRESS-001: mask differs from the prefix's."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, Q, QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ._addresses import (
    HOST_MASK,
    INTERFACES,
    PREFIX,
    SHARED_ROLES,
    assignments,
    interface_names,
    prefix_name,
    redundancy_groups,
    with_interfaces,
    with_prefix,
)


class AddressMask(Check):
    """Addresses with another mask than the network that they are in."""

    id = "IPAM-ADDRESS-001"
    title = "Mask differs from the prefix's"
    severity = Severity.MEDIUM
    model = "ipam.ipaddress"
    description = (
        "The mask of the address is not that of its parent, a prefix of type network. Parents of type pool and "
        "container say nothing of masks; where networks contain networks, the mask of the one above is right as well. "
        "Host masks (/32, /128) are right by design for addresses with one of the roles, on loopback interfaces (virtual, "
        "named Lo…), shared by an interface redundancy group, outside addresses of NAT, and IPv6 addresses given out by "
        "DHCP or SLAAC. A configuration that is made from a wrong mask cuts the device off from part of its network."
    )
    remedy = (
        "Correct the mask, or set the prefix to type pool if each of its addresses stands alone. Give loopback addresses "
        "the role Loopback."
    )
    tags = ("address",)
    parameters = {
        "roles": Parameter(("Loopback", *SHARED_ROLES), "Names of the roles of addresses that may have a host mask.")
    }
    since = "0.1.0"
    bad = "10.18.10.11/32 is the address of par01-wan-01 GigabitEthernet0, in the network 10.18.10.0/24."
    good = (
        "10.16.0.1/32 of ams01-wan-01 lo0 is in the pool 10.16.0.0/24; 10.18.10.12/24 is in the network 10.18.10.0/24."
    )

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Addresses whose mask is neither their network's nor a host mask by design."""
        loopback = assignments().filter(
            Q(interface__type="virtual", interface__name__istartswith="lo") | Q(vm_interface__name__istartswith="lo")
        )
        host_by_design = HOST_MASK & (
            Q(role__name__in=self.values["roles"])
            | Q(nat_inside__isnull=False)
            | Q(ip_version=6, type__in=("dhcp", "slaac"))
            | Q(Exists(loopback))
            | Q(Exists(redundancy_groups()))
        )
        of_network_above = Q(parent__parent__type="network", mask_length=F("parent__parent__prefix_length"))
        addresses = objects.filter(
            ~Q(mask_length=F("parent__prefix_length")), ~of_network_above, ~host_by_design, parent__type="network"
        )
        addresses = with_prefix(with_interfaces(addresses, context.user), context.user)
        for row in self.rows(addresses, "mask_length", "parent__prefix_length", *PREFIX, *INTERFACES):
            yield self.finding(
                row,
                context,
                f"The mask is /{row['mask_length']}, that of the prefix is /{row['parent__prefix_length']}.",
                details={"prefix": prefix_name(row), "interfaces": interface_names(row)},
            )
