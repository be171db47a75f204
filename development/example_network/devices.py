"""Devices, their components and modules, virtual chassis and redundancy groups."""

from __future__ import annotations

from zlib import crc32

from example_network import components
from example_network.hardware import DEVICE_TYPES, EXTRA_MODULES
from example_network.network import Network
from example_network.sites import ROLES, ROOMS, SITES, Site, Slot, slots
from nautobot.dcim.models import (
    Device,
    DeviceRedundancyGroup,
    DeviceType,
    Interface,
    Module,
    ModuleBay,
    ModuleType,
    Platform,
    Rack,
    SoftwareVersion,
    VirtualChassis,
)
from nautobot.extras.models import Tag
from nautobot.tenancy.models import Tenant

STACK_MEMBERS = {("acc", 1): 1, ("acc", 2): 2}  # (role, number) in a hub -> position in the stack
_CRITICAL = ("wan", "core", "fw")


def model_of(site: Site, slot: Slot) -> str:
    """Key of the slot's hardware in `hardware.DEVICE_TYPES`."""
    return site.access if slot.model == "access" else slot.model


def serial(text: str, manufacturer: str) -> str:
    """A serial number that depends on the text only."""
    return f"{manufacturer[:3].upper()}{crc32(text.encode()):010d}"


def build(net: Network) -> None:
    """Build devices with components and modules, stacks and firewall pairs."""
    for site in SITES:
        if site.kind == "hub":
            _groups(net, site)
        for slot in slots(site):
            _device(net, site, slot)
    components.build(net)
    for site in SITES:
        for slot in slots(site):
            _modules(net, site, slot)
    components.remember_modules(net)
    for site in SITES:
        if site.kind == "hub":
            stack = net.get(VirtualChassis, f"{site.code}-stack-01")
            stack.master = net.devices[f"{site.code}-acc-01"]
            stack.validated_save()


def _groups(net: Network, site: Site) -> None:
    """The switch stack and the firewall pair of a hub."""
    name = f"{site.code}-stack-01"
    net.add(VirtualChassis(name=name, domain=site.code), name)
    name = f"{site.code}-fw"
    group = DeviceRedundancyGroup(name=name, status=net.live(site), failover_strategy="active-passive")
    net.add(group, name)


def _device(net: Network, site: Site, slot: Slot) -> None:
    name = f"{site.code}-{slot.suffix}"
    model = model_of(site, slot)
    hardware = DEVICE_TYPES[model]
    device = Device(
        name=name,
        device_type=net.get(DeviceType, model),
        role=net.role(ROLES[slot.role][0]),
        status=net.live(site),
        location=net.locations[f"{site.name}-{slot.rack[0]}" if site.kind in ROOMS else site.name],
        rack=net.get(Rack, f"{site.name}-{slot.rack}"),
        position=slot.position,
        face="front" if slot.position else "",
        tenant=net.get(Tenant, site.tenant),
        platform=net.get(Platform, hardware.platform) if hardware.platform else None,
        software_version=net.get(SoftwareVersion, hardware.platform) if hardware.platform else None,
        serial=serial(name, hardware.manufacturer),
        asset_tag=f"EX-{len(net.devices) + 1:05d}",
    )
    if site.kind == "hub" and (slot.role, slot.number) in STACK_MEMBERS:
        device.virtual_chassis = net.get(VirtualChassis, f"{site.code}-stack-01")
        device.vc_position = STACK_MEMBERS[slot.role, slot.number]
        device.vc_priority = 16 - device.vc_position
    if site.kind == "hub" and slot.role == "fw":
        device.device_redundancy_group = net.get(DeviceRedundancyGroup, f"{site.code}-fw")
        device.device_redundancy_group_priority = 100 * slot.number
    # One at a time, since validation looks for free rack units; without save(), which would make the components.
    net.add_many([device])
    net.devices[name] = device
    if site.kind == "hub" and slot.role in _CRITICAL:
        device.tags.add(net.get(Tag, "critical"))


def _modules(net: Network, site: Site, slot: Slot) -> None:
    name = f"{site.code}-{slot.suffix}"
    hardware = DEVICE_TYPES[model_of(site, slot)]
    for bay, model in {**hardware.modules, **EXTRA_MODULES.get(name, {})}.items():
        module_type = net.get(ModuleType, model)
        module = Module(
            module_type=module_type,
            parent_module_bay=net.component(ModuleBay, name, bay),
            status=net.live(site),
            serial=serial(f"{name} {bay}", hardware.manufacturer),
        )
        net.add(module, name, bay)
        position = net.devices[name].vc_position
        if position and position > 1:
            for interface in Interface.objects.filter(module=module):
                interface.name = hardware.on_member(interface.name, position)
                interface.validated_save()
