"""What the address checks share: what an address is there for, where it is, and what it is in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat
from nautobot.dcim.models import Device, Interface, InterfaceRedundancyGroup
from nautobot.ipam.models import IPAddressToInterface, Prefix
from nautobot.virtualization.models import VirtualMachine, VMInterface

from ....toolkit import primary_addresses
from ....toolkit.checks import Parameter
from ....toolkit.compat import device_value
from ....toolkit.queries import collect, visible_value

_MOST_NAMES = 5

# Roles of addresses of which there may be several, on one device or on many.
SHARED_ROLES = (*primary_addresses.SHARED_ROLES, "Secondary")

# Names of the statuses of devices and virtual machines that are not, or no longer, in the network.
AWAY = ("Planned", "Staged", "Inventory", "Offline", "Decommissioning")

DEPRECATED = Parameter(("Deprecated",), "Names of the statuses of what should not be used any more.")

# A mask that leaves one host.
HOST_MASK = Q(ip_version=4, mask_length=32) | Q(ip_version=6, mask_length=128)


def assignments(outer: str = "pk") -> QuerySet:
    """Subquery: where the outer query's address is assigned."""
    return IPAddressToInterface.objects.filter(ip_address=OuterRef(outer)).order_by()


def redundancy_groups() -> QuerySet:
    """Subquery: the interface redundancy groups that share the outer address."""
    return InterfaceRedundancyGroup.objects.filter(virtual_ip=OuterRef("pk")).order_by()


def with_interfaces(addresses: QuerySet, user: Any) -> QuerySet:
    """Annotate addresses with what `interface_names` needs (`INTERFACES`): interfaces that the user may view."""
    assigned = assignments().annotate(_holder=device_value("pk", "interface__"))
    on_devices = assigned.filter(
        interface__in=Interface.objects.restrict(user, "view").order_by().values("pk"),
        _holder__in=Device.objects.restrict(user, "view").order_by().values("pk"),
    )
    on_machines = assigned.filter(
        vm_interface__in=VMInterface.objects.restrict(user, "view").order_by().values("pk"),
        vm_interface__virtual_machine__in=VirtualMachine.objects.restrict(user, "view").order_by().values("pk"),
    )
    device = Coalesce(device_value("name", "interface__"), Value("unnamed device"))
    return addresses.annotate(
        on_devices=collect(on_devices, Concat(device, Value(" "), F("interface__name"))),
        on_machines=collect(
            on_machines, Concat(F("vm_interface__virtual_machine__name"), Value(" "), F("vm_interface__name"))
        ),
    )


INTERFACES = ("on_devices", "on_machines")


def interface_names(row: Mapping[str, Any]) -> str:
    """The interfaces of a row as text: "ams01-core-01 Vlan101, ams01-core-02 Vlan101"."""
    return some({*(row["on_devices"] or ()), *(row["on_machines"] or ())})


def some(names: Iterable[str]) -> str:
    """The first of the names in order, and how many more there are."""
    ordered = sorted(names)
    if len(ordered) > _MOST_NAMES:
        ordered[_MOST_NAMES:] = [f"{len(ordered) - _MOST_NAMES} more"]
    return ", ".join(ordered)


def with_prefix(objects: QuerySet, user: Any, outer: str = "parent") -> QuerySet:
    """Annotate objects with what `prefix_name` needs (`PREFIX`): the prefix that they are in, if the user may view it."""
    return objects.annotate(
        prefix_network=visible_value(Prefix, user, outer, "network"),
        prefix_mask=visible_value(Prefix, user, outer, "prefix_length"),
    )


PREFIX = ("prefix_network", "prefix_mask")


def prefix_name(row: Mapping[str, Any]) -> str:
    """The prefix of a row: "10.18.10.0/24"."""
    return f"{row['prefix_network']}/{row['prefix_mask']}" if row["prefix_network"] else ""
