"""What devices hear from their neighbours against cables: the rules, and the cables that would be right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Subquery
from nautobot.dcim.models import Device, Interface

from ..toolkit import compat
from ..toolkit.access import visible
from ..toolkit.checks import Check, Context
from ..toolkit.findings import Finding, Severity
from ..toolkit.observed import Neighbour, Observed, key, short
from ..toolkit.observed_report import finding, rule
from ..toolkit.queries import cable_path

MISSING = rule(
    "NET-CABLE-001",
    "Missing cable",
    Severity.MEDIUM,
    "A device hears a neighbour at an interface that is not connected in Nautobot, and neither is the interface of the neighbour that it hears.",
    "Add the cable: by this Job, or by hand.",
)
ELSEWHERE = rule(
    "NET-CABLE-002",
    "Connected to something else",
    Severity.HIGH,
    "A device hears another neighbour, or another interface of it, than the cable in Nautobot leads to, patch panels in between included; or "
    "only one of the two interfaces is connected in Nautobot, or the path of its cables ends nowhere.",
    "Follow the cable, and correct Nautobot or the cable.",
)
SILENT = rule(
    "NET-CABLE-003",
    "Connection without a neighbour",
    Severity.LOW,
    "Nautobot connects interfaces of two devices, both of which have been asked and hear others, but neither hears the other there. The cable may "
    "be gone, the interface shut down, or LLDP switched off on it.",
    "Look at the interface. Delete the cable if it is gone.",
)
STRANGER = rule(
    "NET-CABLE-004",
    "Neighbour that Nautobot does not have",
    Severity.LOW,
    "A device hears a neighbour by whose name Nautobot has no device that you may view, or several. Names are compared without their domain.",
    "Add the device, or give it its name.",
)
NO_PORT = rule(
    "NET-CABLE-005",
    "Interface that Nautobot does not have",
    Severity.LOW,
    "A device hears a neighbour at an interface, or from one, that Nautobot does not have. Names may be abbreviated.",
    "Add the interface, or correct its name.",
)
RULES: tuple[type[Check], ...] = (MISSING, ELSEWHERE, SILENT, STRANGER, NO_PORT)


class Port(NamedTuple):
    """An interface in Nautobot.

    Args:
        device: primary key of the device that it is part of.
        far: primary key of the interface that it is connected to; None for none.
        cabled: whether there is a cable.
    """

    pk: Any
    name: str
    device: Any
    far: Any
    cabled: bool


class Cabling:
    """Devices and their interfaces, as far as a user may view them: three questions, however many devices there are.

    Args:
        user: the user who runs the Job.
        observed: what devices say, by primary key.
    """

    def __init__(self, user: Any, observed: Mapping[str, Observed]) -> None:
        self.context = Context(user)
        rows = visible(user, Device).exclude(name=None).order_by().values_list("pk", "name", "virtual_chassis_id")
        self._stack: dict[Any, Any] = {}
        named: dict[str, list[Any]] = defaultdict(list)
        for pk, name, stack in rows:
            self._stack[pk] = stack
            named[short(name)].append(pk)
        heard = {short(each.device) for one in observed.values() for each in one.neighbours}
        self._named = {name: named[name] for name in heard if name in named}
        wanted = {pk for pk in self._stack if str(pk) in observed}.union(*self._named.values())
        stacks = {self._stack[pk] for pk in wanted} - {None}
        wanted |= {pk for pk, stack in self._stack.items() if stack in stacks}
        devices = visible(user, Device).filter(pk__in=wanted).select_related("role").order_by("name", "pk")
        self.devices = {device.pk: device for device in devices}
        self.ports: dict[Any, Port] = {}
        self._by_name: dict[tuple[Any, str], Port] = {}
        for port in _ports(user, wanted):
            self.ports[port.pk] = port
            self._by_name[port.device, key(port.name)] = port
            if stack := self._stack.get(port.device):
                self._by_name.setdefault((stack, key(port.name)), port)

    def port(self, device: Any, name: str) -> Port | None:
        """An interface of a device or, in a stack, of any member."""
        whole = key(name)
        for wanted in (whole, whole.partition(".")[0]):
            for owner in (device, self._stack.get(device)):
                if found := self._by_name.get((owner, wanted)):
                    return found
        return None

    def named(self, name: str) -> list[Any]:
        """Primary keys of the devices that may be the neighbour of this name; of a stack, the first."""
        found = self._named.get(short(name), [])
        stacks = {self._stack[pk] for pk in found}
        return found[:1] if len(found) > 1 and len(stacks) == 1 and None not in stacks else found

    def text(self, port: Port) -> str:
        """Device and interface."""
        return f"{self.devices[port.device]} {port.name}" if port.device in self.devices else port.name


def _ports(user: Any, devices: Iterable[Any]) -> Iterator[Port]:
    interfaces = visible(user, Interface).filter(
        compat.on_devices(Device.objects.filter(pk__in=list(devices)).values("pk"))
    )
    far = cable_path(Interface, destination_type=ContentType.objects.get_for_model(Interface))
    cabled = Interface.objects.filter(compat.CABLED).order_by().values("pk")
    with_cable = set(cabled.filter(pk__in=interfaces.order_by().values("pk")).values_list("pk", flat=True))
    rows = interfaces.annotate(
        of_device=compat.device_value("id"), far=Subquery(far.values("destination_id")[:1])
    ).order_by("pk")
    for pk, name, device, there in rows.values_list("pk", "name", "of_device", "far").iterator(2000):
        yield Port(pk, name, device, there, pk in with_cable)


def compare(cabling: Cabling, observed: Mapping[str, Observed]) -> Iterator[tuple[Finding, tuple[Any, Any] | None]]:
    """What differs, and the interfaces that a cable should join where that can be planned. Each cable once."""
    planned: set[frozenset[Any]] = set()
    heard: set[frozenset[Any]] = set()
    found: list[tuple[Finding, tuple[Any, Any] | None]] = []
    for pk, device in cabling.devices.items():
        for each in observed[str(pk)].neighbours if str(pk) in observed else ():
            ends = _ends(cabling, device, each)
            if isinstance(ends, Finding):
                found.append((ends, None))
                continue
            near, far = ends
            pair = frozenset((near.pk, far.pk))
            heard.add(pair)
            if near.far == far.pk or pair in planned:
                continue
            planned.add(pair)
            found.append(_differs(cabling, device, each, near, far))
    yield from found
    yield from ((each, None) for each in _silent(cabling, observed, heard))


def _ends(cabling: Cabling, device: Any, each: Neighbour) -> tuple[Port, Port] | Finding:
    context = cabling.context
    told = f"{each.protocol}: {each.port} hears {each.device} {each.far_port}."
    near = cabling.port(device.pk, each.port)
    if near is None:
        return finding(NO_PORT, device, context, f"{told} It has no such interface in Nautobot.", key=each.port)
    candidates = cabling.named(each.device)
    if len(candidates) != 1:
        why = "There are several devices of this name." if candidates else "There is no device of this name."
        return finding(STRANGER, device, context, f"{told} {why}", key=each.port)
    far = cabling.port(candidates[0], each.far_port)
    if far is None:
        return finding(NO_PORT, device, context, f"{told} That one has no such interface in Nautobot.", key=each.port)
    return near, far


def _differs(
    cabling: Cabling, device: Any, each: Neighbour, near: Port, far: Port
) -> tuple[Finding, tuple[Any, Any] | None]:
    context = cabling.context
    told = f"{near.name} hears {cabling.text(far)} ({each.protocol})."
    if not near.cabled and not far.cabled:
        return finding(MISSING, device, context, told, key=near.name), (near.pk, far.pk)
    here, there = _leads_to(cabling, near), _leads_to(cabling, far)
    return finding(ELSEWHERE, device, context, told, key=near.name, in_Nautobot=here, its_neighbour=there), None


def _leads_to(cabling: Cabling, port: Port) -> str:
    if port.far in cabling.ports:
        return f"connected to {cabling.text(cabling.ports[port.far])}"
    if port.far:
        return "connected to something else"
    return "a cable that leads to no interface" if port.cabled else "not connected"


def _silent(cabling: Cabling, observed: Mapping[str, Observed], heard: set[frozenset[Any]]) -> Iterator[Finding]:
    """Connections of which neither end hears the other, though both hear others. Told at one of them."""
    listening = {pk for pk in cabling.devices if str(pk) in observed and observed[str(pk)].neighbours}
    busy = {pk for pair in heard for pk in pair}
    for port in cabling.ports.values():
        other = cabling.ports.get(port.far)
        if other is None or str(port.pk) > str(other.pk) or {port.pk, other.pk} & busy:
            continue  # what hears somebody else is told already
        if port.device in listening and other.device in listening:
            device = cabling.devices[port.device]
            message = f"{port.name} is connected to {cabling.text(other)}, and hears nobody."
            yield finding(SILENT, device, cabling.context, message, key=port.name)
