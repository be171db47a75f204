"""IPAM-ADDRESS-013: active address of a retired device."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, Q, QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.compat import device_value
from ....toolkit.findings import Finding, Severity
from ._addresses import INTERFACES, assignments, interface_names, with_interfaces


class AddressOfRetiredDevice(Check):
    """Addresses that are held by devices that are gone."""

    id = "IPAM-ADDRESS-013"
    title = "Active address of a retired device"
    severity = Severity.LOW
    model = "ipam.ipaddress"
    description = (
        "The address is Active, and assigned only to interfaces of devices and virtual machines whose status says that "
        "they are no longer in the network. It cannot be given out again, and monitoring may wait for an answer."
    )
    remedy = (
        "Unassign and delete the address, or set it to Reserved or Deprecated; or correct the status of the device."
    )
    tags = ("address", "lifecycle")
    parameters = {
        "statuses": Parameter(("Active",), "Names of the statuses of addresses that count as in use."),
        "retired": Parameter(
            ("Decommissioning", "Offline", "Inventory"), "Names of the statuses of devices and machines that are gone."
        ),
    }
    since = "0.1.0"
    bad = "10.16.10.11/24 is Active, and assigned to ams01-acc-09 only, which is being decommissioned."
    good = "10.16.10.12/24 is assigned to ams01-acc-09 and to ams01-acc-10, which replaces it and is Active."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Active addresses with assignments to retired devices only."""
        retired = self.values["retired"]
        assigned = assignments().annotate(
            _device_status=device_value("status__name", "interface__"),
            _machine_status=F("vm_interface__virtual_machine__status__name"),
        )
        gone = Q(_device_status__in=retired) | Q(_machine_status__in=retired)
        here = Q(_device_status__isnull=False) & ~Q(_device_status__in=retired) | Q(_machine_status__isnull=False) & ~Q(
            _machine_status__in=retired
        )
        addresses = objects.filter(
            Exists(assigned.filter(gone)), ~Exists(assigned.filter(here)), status__name__in=self.values["statuses"]
        )
        for row in self.rows(with_interfaces(addresses, context.user), "status__name", *INTERFACES):
            yield self.finding(
                row,
                context,
                f"The address is {row['status__name']}, the device that has it is retired.",
                details={"interfaces": interface_names(row)},
            )
