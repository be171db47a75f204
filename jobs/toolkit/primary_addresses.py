"""Primary addresses of devices: whose they are, what can be wrong with them, and which address could be one."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from nautobot.dcim.models import Device, Interface, InterfaceTemplate
from nautobot.ipam.models import IPAddressToInterface

from .compat import components, in_stack, installed_modules, on_device
from .queries import stands_for_itself

# The fields of a device, and what they are called in findings.
FIELDS = {"primary_ip4": "primary IPv4 address", "primary_ip6": "primary IPv6 address"}
VERSIONS = {"primary_ip4": 4, "primary_ip6": 6}
DEPRECATED = "Deprecated"
# Roles of addresses, as Nautobot comes with them, that several devices have together.
SHARED_ROLES = ("Anycast", "CARP", "GLBP", "HSRP", "VIP", "VRRP")
# Kinds of interfaces, the best first, in which people look for a primary address.
MANAGEMENT, LOOPBACK, OTHER = range(3)


def assignments(field: str) -> QuerySet:
    """Subquery: where the outer device's primary address is assigned.

    For an outside address of NAT that includes where its inside address is: Nautobot takes that for the device's own
    (`nautobot.dcim.models.Device.clean`).
    """
    return IPAddressToInterface.objects.filter(
        Q(ip_address=OuterRef(field)) | Q(ip_address=OuterRef(f"{field}__nat_inside"))
    )


def own(assigned: QuerySet) -> QuerySet:
    """Of these assignments, those to the outer device: its modules and the members of its virtual chassis included."""
    return assigned.filter(on_device(prefix="interface__") | in_stack(prefix="interface__"))


def is_missing() -> Q:
    """Condition for devices: none at all, though it could have one; of a virtual chassis its master, for all members."""
    none = Q(primary_ip4__isnull=True, primary_ip6__isnull=True)
    members = Device.objects.filter(virtual_chassis=OuterRef("virtual_chassis")).order_by()
    by_type = InterfaceTemplate.objects.filter(device_type=OuterRef("device_type")).order_by()
    by_module = installed_modules().filter(module_type__interface_templates__isnull=False)
    return Q(
        none,
        ~Exists(members.exclude(none)),
        stands_for_itself(),
        Exists(components(Interface)) | Exists(by_type) | Exists(by_module),
    )


def is_elsewhere(field: str) -> Q:
    """Condition for devices: the primary address is assigned, but not to them."""
    assigned = assignments(field)
    return Q(Exists(assigned) & ~Exists(own(assigned)))


def is_nowhere(field: str) -> Q:
    """Condition for devices: the primary address is assigned to no interface."""
    return Q(**{f"{field}__isnull": False}) & ~Exists(assignments(field))


def is_of_other_family(field: str) -> Q:
    """Condition for devices: an IPv6 address where IPv4 belongs, or the other way round."""
    return Q(**{f"{field}__ip_version": 10 - VERSIONS[field]})


def kind_of(name: str, type: str, management_only: bool) -> int:
    """MANAGEMENT, LOOPBACK or OTHER, by name, type and setting of an interface."""
    if management_only:
        return MANAGEMENT
    # Nautobot has no type for loopback interfaces; all vendors' names for them begin alike.
    if type == "virtual" and name.lower().startswith("lo"):
        return LOOPBACK
    return OTHER
