"""Installing a device at a site: components, modules, console, power, management and addresses, right or wrong."""

from __future__ import annotations

import ipaddress
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from nautobot.dcim import models as dcim
from nautobot.ipam import models as ipam
from scale_data import versions
from scale_data.catalogue import COMPONENTS, Catalogue, fields_of
from scale_data.hardware import MODULES, TYPES, Hardware
from scale_data.plan import MASK_SHARE, Plan, SitePlan
from scale_data.rows import Rows
from scale_data.truth import Truth

# How many supplies are cabled, where it is not all of them.
_CABLED_SUPPLIES = {"none": 0, "one": 1, "two_of_four": 2, "three_of_four": 3}


@dataclass
class Work:
    """What all sites share."""

    rows: Rows
    catalogue: Catalogue
    truth: Truth
    rng: random.Random
    serials: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def plant_serials(self) -> None:
        """Plant the serial numbers that occur twice; after the last site."""
        for keys in self.serials.values():
            for key in keys if len(keys) > 1 else ():
                self.truth.plant("device_duplicate_serial", key, same=[other for other in keys if other != key])


@dataclass
class Box:
    """An installed device with its components, those of its modules included, by the name of the model."""

    device: Any
    rack: int
    parts: dict[str, list[Any]]
    hardware: Hardware
    plan: Plan | None = None
    address: Any = None

    @property
    def planned(self) -> bool:
        """Whether the device is only planned."""
        return self.plan is not None and self.plan.planned

    @property
    def cabling(self) -> str:
        """Status of its cables."""
        return "Planned" if self.planned else "Connected"

    def supplies(self) -> int:
        """How many power port templates its type and the types of its modules have."""
        kinds = [self.hardware, *(MODULES[key] for _, _, key in self.hardware.modules)]
        return sum(len(kind.parts.get("PowerPort", ())) for kind in kinds)


class Installer:
    """The devices of one site, with what they are cabled to and the addresses that are left."""

    def __init__(self, work: Work, site: SitePlan, location: Any, base: int, management: Any) -> None:
        self.work, self.rows, self.truth = work, work.rows, work.truth
        self.site, self.location, self.base, self.management = site, location, base, management
        self.racks: list[Any] = []
        self.outlets: dict[tuple[int, str], Iterator[Any]] = {}  # (rack, side) -> free outlets
        self.switch_ports: dict[int, Iterator[Any]] = {}  # rack -> free ports of its out-of-band switch
        self.console_ports: dict[str, Iterator[Any]] = {}  # kind of console server -> free ports
        # Rack -> free lines to the main rack: front port here, rear port here, rear port there, front port there.
        self.lines: dict[int, Iterator[tuple[Any, Any, Any, Any]]] = {}
        self._units: dict[int, int] = defaultdict(lambda: 1)
        self._numbers: dict[str, int] = defaultdict(int)
        self._hosts = iter(range(1, 255))

    # -- device and components -----------------------------------------------------------------------------------

    def install(self, kind: str, rack: int, plan: Plan | None = None, **values: Any) -> Box:
        """A device with the components of its type and the modules that belong in it, nothing cabled."""
        catalogue, hardware = self.work.catalogue, TYPES[kind]
        self._numbers[kind] += 1
        platform = catalogue.platforms.get(hardware.manufacturer)
        if hardware.height:
            values |= {"position": self._units[rack], "face": "front"}
            self._units[rack] += hardware.height
        device = self.rows.add(
            dcim.Device,
            name=f"{self.site.code}-{kind}-{self._numbers[kind]:02d}",
            device_type=catalogue.types[kind],
            role=catalogue.roles[hardware.role],
            platform=platform,
            status=self.rows.status["Planned" if plan and plan.planned else "Active"],
            location=self.location,
            rack=self.racks[rack],
            serial=self._serial(plan) if plan else "",
            **values,
        )
        if plan:
            self.work.serials[device.serial.strip().casefold()].append(str(device.pk))
        box = Box(device, rack, defaultdict(list), hardware, plan)
        self._components(box, hardware)
        for name, position, key in hardware.modules:
            bay = self.rows.add(dcim.ModuleBay, parent_device_id=device.pk, name=name, position=position)
            module = self.rows.add(
                dcim.Module,
                module_type=catalogue.modules[key],
                parent_module_bay_id=bay.pk,
                status=self.rows.status["Active"],
            )
            self.rows.module_devices[module.pk] = box.device.pk
            self._components(box, MODULES[key], position, module.pk)
        return box

    def _components(self, box: Box, hardware: Hardware, position: str = "", module: Any = None) -> None:
        wrong = (box.plan.console, box.plan.power) if box.plan else ()
        for component in COMPONENTS:
            for number, (name, kind) in enumerate(hardware.parts.get(component, ())):
                if (component == "ConsolePort" and wrong[:1] == ("no_port",)) or (
                    component == "PowerPort" and number == 1 and wrong[1:] == ("no_port",)
                ):
                    continue
                values = fields_of(component, kind)
                if component == "Interface":
                    values |= {"status": self.rows.status["Active"], "enabled": "mgmt_only" in values}
                elif component == "PowerOutlet":
                    values["power_port"] = box.parts["PowerPort"][0]
                elif component == "FrontPort":
                    values["rear_port"] = box.parts["RearPort"][number]
                item = self.rows.add(
                    getattr(dcim, component),
                    **versions.owner(box.device.pk, module),
                    name=name.replace("{module}", position),
                    **values,
                )
                box.parts[component].append(item)

    def _serial(self, plan: Plan) -> str:
        if plan.serial_of is None:
            return f"FX{plan.site:04d}{plan.number:02d}Q"
        twin = self._serial(plan.serial_of)
        return (twin, twin.lower(), f" {twin}", f"{twin.lower()} ")[plan.number % 4]

    # -- connections ---------------------------------------------------------------------------------------------

    def console(self, box: Box) -> None:
        """The console line, over patch panels if the console server is in another rack."""
        kind = box.plan.console if box.plan else ""
        if box.plan and box.plan.stack > 1:
            self.truth.trap("stack_member_without_console", box.device.pk)
            return
        if kind and not box.planned:
            self.truth.plant("device_no_console_connection", box.device.pk, kind=kind)
        if kind in ("uncabled", "no_port"):
            return
        status = "Planned" if kind == "planned" else box.cabling
        port = box.parts["ConsolePort"][0]
        server = "term" if box.rack == 0 and "term" in self.console_ports else "con"
        if box.rack:
            front, rear, far_rear, far_front = next(self.lines[box.rack])
            self.rows.pass_through(front, rear)
            self.rows.pass_through(far_front, far_rear)
            self.rows.cable(port, front, "cat6", status)
            self.rows.cable(rear, far_rear, "cat6")
            port = far_front
        if kind != "dead_end":
            self.rows.cable(port, next(self.console_ports[server]), "cat6", "Connected" if box.rack else status)
        if not kind and not box.planned:
            if box.rack:
                self.truth.trap("console_over_patch_panels", box.device.pk)
            if server == "term":
                self.truth.trap("console_server_port_on_module", box.device.pk)
            if box.hardware.modules and not box.hardware.parts.get("ConsolePort"):
                self.truth.trap("console_port_on_module", box.device.pk)

    def power(self, box: Box) -> None:
        """The supplies, in turn to the two PDUs of the rack."""
        kind = box.plan.power if box.plan else ""
        supplies = box.supplies()
        sides = []
        for number, port in enumerate(box.parts["PowerPort"][: _CABLED_SUPPLIES.get(kind)]):
            side = "AB"[number % 2] if kind != "one_pdu" else "A"
            planned = kind == "planned" and number == 1
            self.rows.cable(port, next(self.outlets[box.rack, side]), "power", "Planned" if planned else box.cabling)
            if not planned:
                sides.append(side)
        if box.planned:
            return
        if supplies > 1 and len(sides) < 2:
            self.truth.plant("device_lt2_connected_power", box.device.pk, kind=kind)
        if 0 < len(sides) < supplies:
            self.truth.plant("device_supply_not_connected", box.device.pk, kind=kind)
        if len(sides) > 1 and len(set(sides)) == 1:
            self.truth.plant("device_supplies_one_pdu", box.device.pk)
        elif len(sides) > 1 and box.rack in self.site.flat_racks:
            self.truth.plant("device_supplies_one_panel", box.device.pk)
        if supplies == 1:
            self.truth.trap("one_supply_by_type", box.device.pk)
        elif supplies == 4 and len(sides) == 4:
            self.truth.trap("four_supplies", box.device.pk)

    def manage(self, box: Box) -> None:
        """The management interface: cable to the rack's out-of-band switch, address, primary address."""
        if box.plan and box.plan.stack > 1:
            self.truth.trap("stack_member_without_primary_ip", box.device.pk)
            return
        ports = [port for port in box.parts["Interface"] if port.mgmt_only]
        if ports:
            far = next(self.switch_ports[box.rack])
            far.enabled = True
            self.rows.cable(ports[0], far, "cat6", box.cabling)
            interface = ports[0]
        else:
            interface = self.virtual(box, "Vlan900")
        host = next(self._hosts)
        box.address = self.address(host, self.management, 24, interface)
        kind = box.plan.primary if box.plan else ""
        if not kind:
            box.device.primary_ip4_id = box.address.pk
            if interface.module_id:
                self.truth.trap("primary_ip_on_module", box.device.pk)
        elif kind == "missing":
            self.truth.plant("device_no_primary_ip", box.device.pk)
        elif kind == "none":
            box.device.primary_ip4_id = self.address(next(self._hosts), self.management, 24).pk
            self.truth.plant("device_primary_ip_not_own", box.device.pk, kind=kind)

    def virtual(self, box: Box, name: str) -> Any:
        """A virtual interface on the device."""
        return self.rows.add(
            dcim.Interface,
            device_id=box.device.pk,
            name=name,
            type="virtual",
            enabled=True,
            status=self.rows.status["Active"],
        )

    def address(self, offset: int, parent: Any, length: int, interface: Any = None, judged: bool = True) -> Any:
        """An address of the site; a few of those that are judged get a mask that is not the network's."""
        mask = length
        if judged and self.work.rng.random() < MASK_SHARE:
            mask = self.work.rng.choice([other for other in (23, 25, 27, 32) if other != length])
        item = self.rows.add(
            ipam.IPAddress,
            host=str(ipaddress.ip_address(self.base + offset)),
            mask_length=mask,
            ip_version=4,
            parent_id=parent.pk,
            status=self.rows.status["Active"],
        )
        if mask != length:
            self.truth.plant("ip_mask_differs_from_parent", item.pk)
        if interface is not None:
            self.rows.add(ipam.IPAddressToInterface, ip_address_id=item.pk, interface_id=interface.pk)
        return item
