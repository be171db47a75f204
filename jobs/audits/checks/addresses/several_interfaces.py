"""IPAM-ADDRESS-007: address on several interfaces."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, Q, QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.compat import device_value
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import count
from ._addresses import AWAY, INTERFACES, SHARED_ROLES, assignments, interface_names, redundancy_groups, with_interfaces


class AddressOnSeveralInterfaces(Check):
    """Addresses that are configured twice."""

    id = "IPAM-ADDRESS-007"
    title = "Address on several interfaces"
    severity = Severity.HIGH
    model = "ipam.ipaddress"
    description = (
        "The address is assigned to more than one interface, and is not meant to be shared: it has none of the roles, is "
        "not the virtual address of an interface redundancy group, and no more than one of the assignments is neither "
        "standby nor a destination. Interfaces of devices and virtual machines with one of the statuses do not count: a "
        "replacement may have the address of what it replaces. Two hosts that answer for one address cut each other off."
    )
    remedy = "Unassign the address from the wrong interfaces, or give it the role it has, such as VRRP or Anycast."
    tags = ("address", "duplicate")
    parameters = {
        "roles": Parameter(SHARED_ROLES, "Names of the roles of addresses that several interfaces may have."),
        "statuses": Parameter(AWAY, "Names of the statuses of devices and virtual machines that do not count."),
    }
    since = "0.1.0"
    bad = "10.16.10.11/24 is assigned to ams01-acc-01 GigabitEthernet0/0 and to ams01-acc-03 GigabitEthernet0/0."
    good = "10.16.101.1/24 has the role VRRP and is assigned to Vlan101 of ams01-core-01 and of ams01-core-02."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Addresses with two assignments that count."""
        statuses = self.values["statuses"]
        counting = (
            assignments()
            .filter(is_standby=False, is_destination=False)
            .annotate(
                _device_status=device_value("status__name", "interface__"),
                _machine_status=F("vm_interface__virtual_machine__status__name"),
            )
            .filter(
                Q(_device_status__isnull=False) & ~Q(_device_status__in=statuses)
                | Q(_machine_status__isnull=False) & ~Q(_machine_status__in=statuses)
            )
        )
        addresses = objects.filter(~Q(role__name__in=self.values["roles"])).annotate(_assigned=count(assignments()))
        addresses = addresses.filter(_assigned__gt=1).annotate(interfaces_in_use=count(counting))
        addresses = addresses.filter(~Exists(redundancy_groups()), interfaces_in_use__gt=1)
        for row in self.rows(with_interfaces(addresses, context.user), "interfaces_in_use", *INTERFACES):
            yield self.finding(
                row,
                context,
                f"The address is assigned to {row['interfaces_in_use']} interfaces.",
                details={"interfaces": interface_names(row)},
            )
