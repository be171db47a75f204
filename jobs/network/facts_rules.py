"""What devices say of themselves against what Nautobot has: the rules, and what would set Nautobot right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from ipaddress import ip_interface
from typing import Any, NamedTuple

from nautobot.dcim.models import Device, Interface
from nautobot.ipam.models import IPAddress, IPAddressToInterface

from ..toolkit import compat
from ..toolkit.access import visible
from ..toolkit.checks import Check, Context
from ..toolkit.configured import of_link
from ..toolkit.findings import Finding, Severity
from ..toolkit.observed import Observed, Port, key, short
from ..toolkit.observed_report import finding, rule
from ..toolkit.primary_addresses import SHARED_ROLES

_TRUTH = "Find out which is right: correct Nautobot, by this Job or by hand, or the device."
_MANY = 20

SERIAL = rule(
    "NET-FACTS-001",
    "Another serial number",
    Severity.HIGH,
    "The device has a serial number that Nautobot does not have: it has been replaced, or was never recorded. Contracts and "
    "advisories go by serial numbers. In a stack any member's will do.",
    _TRUTH,
)
MODEL = rule(
    "NET-FACTS-002",
    "Another model",
    Severity.HIGH,
    "Neither the model nor the part number of the device type in Nautobot is what the device says that it is.",
    "Give the device the right device type.",
)
VERSION = rule(
    "NET-FACTS-003",
    "Another software version",
    Severity.MEDIUM,
    "The device runs another version than its software version in Nautobot, or has none there.",
    _TRUTH,
)
HOSTNAME = rule(
    "NET-FACTS-004",
    "Another name",
    Severity.MEDIUM,
    "The device's own name, without its domain, is not the name that Nautobot has: the address may be another device's.",
    "Rename one of them, or give the device its right primary address.",
)
UNKNOWN = rule(
    "NET-FACTS-005",
    "Interface that Nautobot does not have",
    Severity.LOW,
    "The device has interfaces that Nautobot does not have.",
    "Add the interfaces; the Job *Synchronize components* adds those of the device type.",
)
MISSING = rule(
    "NET-FACTS-006",
    "Interface that the device does not have",
    Severity.MEDIUM,
    "Nautobot has interfaces that the device does not have. Virtual ones and those of modules are looked at as well.",
    "Delete the interface, or correct its name or the device type.",
)
ENABLED = rule(
    "NET-FACTS-007",
    "Enabled here, shut down there",
    Severity.MEDIUM,
    "An interface is enabled in Nautobot and shut down in the device, or the other way round.",
    _TRUTH,
)
MTU = rule("NET-FACTS-008", "Another MTU", Severity.MEDIUM, "Nautobot has an MTU, and the device another one.", _TRUTH)
DESCRIPTION = rule(
    "NET-FACTS-009", "Another description", Severity.LOW, "The description of an interface is another one.", _TRUTH
)
MAC = rule(
    "NET-FACTS-010",
    "Another MAC address",
    Severity.LOW,
    "Nautobot has a MAC address, and the device another one.",
    _TRUTH,
)
ADDRESSES = rule(
    "NET-FACTS-011",
    "Other addresses",
    Severity.HIGH,
    "An interface has an address that Nautobot has not assigned to it, or has not one that Nautobot has. Addresses are read from the "
    "device's configuration; where that is not shown, only the first IPv4 address is known. Only addresses that you may view are looked "
    "at, none that are valid on their link only, and none of a role that several devices share is missed.",
    _TRUTH,
)
SPEED = rule(
    "NET-FACTS-012",
    "Another speed",
    Severity.LOW,
    "Nautobot has a speed for an interface that is up, and the device has negotiated another one. Cisco IOS and IOS-XE tell it.",
    _TRUTH,
)
RULES: tuple[type[Check], ...] = (
    SERIAL,
    MODEL,
    VERSION,
    HOSTNAME,
    UNKNOWN,
    MISSING,
    ENABLED,
    MTU,
    DESCRIPTION,
    MAC,
    ADDRESSES,
    SPEED,
)


class Fix(NamedTuple):
    """What would set Nautobot right: a field of a device or of an interface, and its value."""

    label: str
    pk: Any
    field: str
    value: Any


class Recorded:
    """What Nautobot has of devices, as far as a user may view it: four questions, however many devices there are."""

    def __init__(self, user: Any, keys: list[Any]) -> None:
        related = ("role", "device_type", "software_version", "platform", "virtual_chassis")
        devices = visible(user, Device).filter(pk__in=keys).select_related(*related).order_by("name", "pk")
        self.devices = list(devices)
        self.context = Context(user)
        self.interfaces: dict[Any, dict[str, Interface]] = defaultdict(dict)
        # By interface: addresses, and whether devices share each.
        self.addresses: dict[Any, dict[str, bool]] = defaultdict(dict)
        of_device = compat.device_value("id")
        interfaces = visible(user, Interface).filter(compat.on_devices(Device.objects.filter(pk__in=keys).values("pk")))
        for interface in interfaces.annotate(of_device=of_device).order_by("pk"):
            self.interfaces[interface.of_device][key(interface.name)] = interface
        assigned = IPAddressToInterface.objects.filter(
            compat.on_devices(Device.objects.filter(pk__in=keys).values("pk"), "interface__"),
            ip_address__in=visible(user, IPAddress).order_by(),
        )
        columns = ("interface_id", "ip_address__host", "ip_address__mask_length", "ip_address__role__name")
        for pk, host, length, role in assigned.order_by().values_list(*columns):
            address = str(ip_interface(f"{host}/{length}"))
            if not of_link(address):
                self.addresses[pk][address] = role in SHARED_ROLES


def compare(recorded: Recorded, device: Device, observed: Observed) -> Iterator[tuple[Finding, Fix | None]]:
    """What differs, and what would set it right where Nautobot alone can be."""
    context = recorded.context
    if observed.serials and device.serial not in observed.serials:
        there = ", ".join(observed.serials)
        yield (
            finding(SERIAL, device, context, f"Serial number {there}.", Nautobot=device.serial or "none"),
            Fix("dcim.device", device.pk, "serial", observed.serials[0]) if len(observed.serials) == 1 else None,
        )
    own = {text.lower() for text in (device.device_type.model, device.device_type.part_number) if text}
    if observed.models and not own & {model.lower() for model in observed.models}:
        there = ", ".join(observed.models)
        yield finding(MODEL, device, context, f"Model {there}.", Nautobot=device.device_type.model), None
    version = device.software_version.version if device.software_version else ""
    if observed.version and observed.version != version:
        yield (
            finding(VERSION, device, context, f"Version {observed.version}.", Nautobot=version or "none"),
            Fix("dcim.device", device.pk, "software_version", observed.version),
        )
    if observed.hostname and device.name and short(observed.hostname) != short(device.name):
        yield finding(HOSTNAME, device, context, f"It calls itself {observed.hostname}."), None
    if observed.ports:
        yield from _interfaces(recorded, device, observed)


def _interfaces(recorded: Recorded, device: Device, observed: Observed) -> Iterator[tuple[Finding, Fix | None]]:
    context, own = recorded.context, recorded.interfaces.get(device.pk, {})
    if unknown := [port.name for name, port in observed.ports.items() if name not in own]:
        more = f" and {len(unknown) - _MANY} more" if len(unknown) > _MANY else ""
        message = f"Interfaces that Nautobot does not have: {', '.join(unknown[:_MANY])}{more}."
        yield finding(UNKNOWN, device, context, message), None
    for name, interface in own.items():
        if name not in observed.ports:
            yield finding(MISSING, device, context, f"It has no interface {interface.name}.", key=interface.name), None
            continue
        port = observed.ports[name]
        for check, field, here, there in _fields(interface, port):
            message = f"{interface.name}: {field.replace('_', ' ')} {_shown(there)}."
            yield (
                finding(check, device, context, message, key=interface.name, Nautobot=_shown(here)),
                Fix("dcim.interface", interface.pk, field, there),
            )
        assigned = recorded.addresses.get(interface.pk, {})
        if port.addresses is not None and (set(port.addresses) - set(assigned) or _missing(assigned, port)):
            message = f"{interface.name}: {', '.join(port.addresses) or 'no address'}."
            here = ", ".join(sorted(assigned)) or "none"
            yield finding(ADDRESSES, device, context, message, key=interface.name, Nautobot=here), None


def _missing(assigned: Mapping[str, bool], port: Port) -> bool:
    """Whether the device has not one of the addresses that Nautobot has, as far as it tells."""
    told = set(port.addresses or ())
    # Where all that is known is what it shows of an interface, that is the first IPv4 address, if there is any.
    versions = ({4} if not told else set()) if port.complete is None else port.complete
    return any(
        address not in told and not shared and ip_interface(address).version in versions
        for address, shared in assigned.items()
    )


def _fields(interface: Interface, port: Port) -> Iterator[tuple[type[Check], str, Any, Any]]:
    if port.enabled is not None and port.enabled != interface.enabled:
        yield ENABLED, "enabled", interface.enabled, port.enabled
    if port.mtu is not None and interface.mtu and port.mtu != interface.mtu:
        yield MTU, "mtu", interface.mtu, port.mtu
    if port.speed and port.up and interface.speed and port.speed != interface.speed:
        yield SPEED, "speed", interface.speed, port.speed
    if port.description is not None and port.description != interface.description:
        yield DESCRIPTION, "description", interface.description, port.description
    if port.mac and interface.mac_address and _mac(port.mac) != _mac(str(interface.mac_address)):
        yield MAC, "mac_address", str(interface.mac_address), _colons(port.mac)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value not in (None, "") else "none"


def _mac(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


def _colons(text: str) -> str:
    digits = _mac(text).upper()
    return ":".join(digits[place : place + 2] for place in range(0, len(digits), 2))
