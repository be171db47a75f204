"""Manufacturers, platforms with their software, device types and module types with component templates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from example_network.hardware import DEVICE_TYPES, MANUFACTURERS, MODULE_TYPES, PLATFORMS, Hardware
from example_network.network import Network
from nautobot.dcim.models import (
    ConsolePortTemplate,
    ConsoleServerPortTemplate,
    DeviceType,
    FrontPortTemplate,
    InterfaceTemplate,
    Manufacturer,
    ModuleBayTemplate,
    ModuleType,
    Platform,
    PowerOutletTemplate,
    PowerPortTemplate,
    RearPortTemplate,
    SoftwareVersion,
)


def build(net: Network) -> None:
    """Build manufacturers, platforms, software versions, device types and module types."""
    for name in MANUFACTURERS:
        net.add(Manufacturer(name=name), name)
    _platforms(net)
    for key, hardware in DEVICE_TYPES.items():
        device_type = DeviceType(
            manufacturer=net.get(Manufacturer, hardware.manufacturer),
            model=hardware.model,
            part_number=hardware.part_number,
            u_height=hardware.height,
            is_full_depth=hardware.full_depth,
        )
        _templates(net, hardware, device_type=net.add(device_type, key))
    for key, hardware in MODULE_TYPES.items():
        module_type = ModuleType(
            manufacturer=net.get(Manufacturer, hardware.manufacturer), model=hardware.model, part_number=hardware.model
        )
        _templates(net, hardware, module_type=net.add(module_type, key))


def _platforms(net: Network) -> None:
    for name, (manufacturer, driver, version, released, supported) in PLATFORMS.items():
        platform = Platform(
            name=name,
            manufacturer=net.get(Manufacturer, manufacturer) if manufacturer else None,
            network_driver=driver,
        )
        software = SoftwareVersion(
            platform=net.add(platform, name),
            version=version,
            release_date=date.fromisoformat(released),
            end_of_support_date=date.fromisoformat(supported) if supported else None,
            status=net.status("Active"),
        )
        net.add(software, name)


def _templates(net: Network, hardware: Hardware, **parent: Any) -> None:
    """Component templates of one device type or module type; those that others refer to are written first."""
    net.add_many(_independent_templates(hardware, parent))
    if hardware.outlets:
        inlet = PowerPortTemplate.objects.get(**parent)
        net.add_many(
            PowerOutletTemplate(name=name, type=ports.type, power_port_template=inlet, **parent)
            for ports in hardware.outlets
            for name in ports.names()
        )
    if hardware.panel:
        front_type, rear_type, fronts, per_rear = hardware.panel
        rears = [
            RearPortTemplate(name=f"Rear {n}", type=rear_type, positions=per_rear, **parent)
            for n in range(1, fronts // per_rear + 1)
        ]
        net.add_many(rears)
        net.add_many(
            FrontPortTemplate(
                name=f"Front {n + 1}",
                type=front_type,
                rear_port_template=rears[n // per_rear],
                rear_port_position=n % per_rear + 1,
                **parent,
            )
            for n in range(fronts)
        )


def _independent_templates(hardware: Hardware, parent: dict[str, Any]) -> Iterator[Any]:
    for ports in hardware.interfaces:
        for name in ports.names():
            yield InterfaceTemplate(name=name, type=ports.type, mgmt_only=ports.mgmt, **parent)
    if hardware.console:
        yield ConsolePortTemplate(name=hardware.console.pattern, type=hardware.console.type, **parent)
    if hardware.console_server:
        for name in hardware.console_server.names():
            yield ConsoleServerPortTemplate(name=name, type=hardware.console_server.type, **parent)
    if hardware.power:
        maximum, allocated = hardware.power.draw or (None, None)
        for name in hardware.power.names():
            yield PowerPortTemplate(
                name=name, type=hardware.power.type, maximum_draw=maximum, allocated_draw=allocated, **parent
            )
    for name, position in hardware.bays:
        yield ModuleBayTemplate(name=name, position=position, **parent)
