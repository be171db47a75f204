"""The plan of a replacement: everything that makes a device what it is in the network goes from one device to another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.apps import apps
from nautobot.dcim.models import Cable, Device, DeviceBay, Interface, Module, ModuleBay, VirtualChassis
from nautobot.extras.models import ContactAssociation, Note, RelationshipAssociation, StaticGroupAssociation, Status
from nautobot.ipam.models import Service, VRFDeviceAssignment

from ..toolkit.access import RefusalError, visible
from ..toolkit.compat import DEVICE_TO_CLUSTER
from ..toolkit.compat_cables import CableEnd, moved_cable
from ..toolkit.holdings import COMPONENTS, Cabling, among, in_order, names_for, parts
from ..toolkit.plan import Plan

_INTERFACE = "dcim.interface"
# Interfaces that are made by configuration, not by hardware: they move as they are.
_CONFIGURED = ("virtual", "lag", "bridge", "tunnel")
_LINKS = ("lag", "parent_interface", "bridge")
_MOVING = ("role", "tenant", "location", "rack", "position", "face", "primary_ip4", "primary_ip6")
_MEMBERSHIPS = (
    "virtual_chassis",
    "vc_position",
    "vc_priority",
    "device_redundancy_group",
    "device_redundancy_group_priority",
    "controller_managed_device_group",
    "secrets_group",
)
_CONTEXT = (
    "local_config_context_data",
    "local_config_context_schema",
    "local_config_context_data_owner_content_type",
    "local_config_context_data_owner_object_id",
)
_REASON = "replacement"


class Replacement:
    """Plans that one device takes the place of another.

    Args:
        plan: the plan to fill.
        old: the device that goes.
        new: the device that comes.
        names: components of the old device to those of the new one, where they are called otherwise.
        status: what the old device has afterwards.
        rename: the new device gets the name of the old one, and the other way round.
    """

    def __init__(
        self, plan: Plan, old: Device, new: Device, names: Mapping[str, str], status: Status, *, rename: bool
    ) -> None:
        self.plan, self.old, self.new = plan, old, new
        self.names, self.status, self.rename = names, status, rename
        self.cabling = Cabling({old.pk})
        self.ports = {label: parts(label, [old.pk]) for label in COMPONENTS}
        self.others = {label: {port.name: port for port in parts(label, [new.pk])} for label in COMPONENTS}
        self.assignments = parts("ipam.ipaddresstointerface", [old.pk], "interface__")
        self.redundancy = parts("dcim.interfaceredundancygroupassociation", [old.pk], "interface__")
        self.targets: dict[tuple[str, Any], Any] = {}  # of components: to that of the new device, or itself if it moves
        self.bays: dict[Any, tuple[Module, ModuleBay]] = {}  # of modules that move, and where they go
        self.moving: set[Any] = set()  # of modules that move, those in their own bays included

    def make(self) -> None:
        """Plan everything. Steps in between make no sense for themselves; all is validated at the end."""
        if self._is_done():
            self.plan.keep()
            return
        self.plan.validate_late = True
        self._refuse()
        self._match_modules()
        self._match()
        if self.plan.problems:
            return
        self._leave()
        for module, bay in self.bays.values():
            self.plan.update(module, parent_module_bay=bay, reason=_REASON, verb="move")
        self._move_interfaces()
        self._move_cables()
        for row in self.assignments + self.redundancy:
            interface = self.targets[_INTERFACE, row.interface_id]
            if interface.pk != row.interface_id:
                self.plan.update(row, interface=interface, reason=_REASON, verb="move")
        self._move_rows()
        self._arrive()

    # May it be done?

    def _is_done(self) -> bool:
        """Has the old device been replaced already, and holds nothing more?"""
        old = self.old
        held = (old.rack_id, old.virtual_chassis_id, old.primary_ip4_id, old.primary_ip6_id, old.position)
        return old.status_id == self.status.pk and not (
            any(held) or self.cabling.cables or self.assignments or Service.objects.filter(device=old).exists()
        )

    def _refuse(self) -> None:
        new = self.new
        if Cabling({new.pk}).cables:
            self.plan.problem(f"Replacement: device {new} has cables. Choose a spare that is not in use.")
        if parts("ipam.ipaddresstointerface", [new.pk], "interface__"):
            self.plan.problem(f"Replacement: device {new} has addresses. Choose a spare that is not in use.")
        if new.virtual_chassis_id:
            self.plan.problem(f"Replacement: device {new} is in a virtual chassis. Choose a spare that is not in use.")
        if DeviceBay.objects.filter(device=new).exclude(installed_device=None).exists():
            self.plan.problem(f"Replacement: device {new} has devices in its bays. Choose a spare that is not in use.")
        if contexts := [each.pk for each in self.old.virtual_device_contexts.all()]:
            named = names_for(self.plan.user, "dcim.virtualdevicecontext", contexts)
            self.plan.problem(f"Device: {named} cannot be moved to another device. Delete it first.")
        known = {port.name for ports in self.ports.values() for port in ports} | _bays(self.old)
        there = {name for ports in self.others.values() for name in ports} | _bays(new)
        for name in sorted(set(self.names) - known):
            self.plan.problem(f'List, column old, "{name}": device {self.old} has no such component.')
        for name in sorted(set(self.names.values()) - there):
            self.plan.problem(f'List, column new, "{name}": device {self.new} has no such component.')

    def _match_modules(self) -> None:
        """Find the modules for which the new device has a free bay: they go there with all that they have."""
        modules = Module.objects.select_related("parent_module_bay", "module_type")
        own = {"parent_module_bay__parent_device": self.old, "parent_module_bay__parent_module": None}
        free = ModuleBay.objects.filter(parent_device=self.new, parent_module=None, installed_module=None)
        bays = {bay.name: bay for bay in free}
        for module in in_order(modules.filter(**own)):
            name = module.parent_module_bay.name
            bay = bays.get(self.names.get(name, name))
            if bay is not None:
                self.bays[module.pk] = (module, bay)
        inner = set(self.bays)
        while inner:
            self.moving |= inner
            inner = {each.pk for each in among(modules, "parent_module_bay__parent_module", inner)}

    def _match(self) -> None:
        """Find the counterpart of each component that is in use."""
        used = self._in_use()
        taken: dict[tuple[str, Any], str] = {}
        for label, ports in self.ports.items():
            for port in sorted(ports, key=lambda each: (each.name, str(each.pk))):
                if port.module_id in self.moving:
                    self.targets[label, port.pk] = port
                    continue
                target = self.others[label].get(self.names.get(port.name, port.name))
                noun = port._meta.verbose_name
                if target is not None:
                    if (label, port.pk) in used and (label, target.pk) in taken:
                        self.plan.problem(
                            f"{noun} {port.name}: {target.name} of the replacement is for {taken[label, target.pk]} already."
                        )
                    self.targets[label, port.pk] = target
                    taken[label, target.pk] = port.name
                elif label == _INTERFACE and port.type in _CONFIGURED and not port.module_id:
                    self.targets[label, port.pk] = port
                elif (label, port.pk) in used:
                    self.plan.problem(
                        f"{noun} {port.name}: it is in use, and device {self.new} has none of that name. Give a list that "
                        "tells to which one it goes."
                    )

    def _in_use(self) -> set[tuple[str, Any]]:
        used = {
            (end.label, end.pk)
            for ends in self.cabling.ends.values()
            for end in ends
            if self.cabling.device_of(end) is not None
        }
        used |= {(_INTERFACE, row.interface_id) for row in self.assignments + self.redundancy}
        for interface in self.ports[_INTERFACE]:
            links = [getattr(interface, f"{name}_id") for name in _LINKS]
            if interface.untagged_vlan_id or interface.vrf_id or interface.mode or any(links):
                used.add((_INTERFACE, interface.pk))
            used |= {(_INTERFACE, link) for link in links if link}
        return used

    # The old device lets go

    def _leave(self) -> None:
        old = self.old
        for chassis in VirtualChassis.objects.filter(master=old):
            self.plan.update(chassis, master=None, reason=_REASON)
        for bay in DeviceBay.objects.filter(installed_device=old):
            self.plan.update(bay, installed_device=None, reason=_REASON, verb="remove")
        self.former = {name: self.plan.value(old, name).raw for name in (*_MOVING, *_MEMBERSHIPS, *_CONTEXT)}
        values: dict[str, Any] = dict.fromkeys(
            (*_MEMBERSHIPS, *_CONTEXT, "rack", "position", "primary_ip4", "primary_ip6")
        )
        if self.rename and old.name != self.new.name:
            values["name"] = None
        if DEVICE_TO_CLUSTER == "cluster":
            values["cluster"] = None
        self.plan.update(old, reason="is replaced", status=self.status, tags=[], face="", **values)

    # Interfaces and cables

    def _move_interfaces(self) -> None:
        assigned = set(VRFDeviceAssignment.objects.filter(device=self.new).values_list("vrf", flat=True))
        for row in VRFDeviceAssignment.objects.filter(device=self.old).order_by("pk"):
            if row.vrf_id not in assigned:
                self.plan.update(row, device=self.new, reason=_REASON, verb="move")
        tags, vlans = self._many("tags"), self._many("tagged_vlans")
        pairs = [(port, self.targets.get((_INTERFACE, port.pk))) for port in self.ports[_INTERFACE]]
        for port, target in sorted(
            ((port, target) for port, target in pairs if target is not None), key=lambda pair: pair[0].name
        ):
            links = {
                name: self.targets.get((_INTERFACE, linked), linked)
                for name in _LINKS
                if (linked := getattr(port, f"{name}_id"))
            }
            if port.module_id in self.moving:
                self.plan.update(port, reason=_REASON, **links)
                continue
            if target is port:
                self.plan.update(port, device=self.new, reason=_REASON, verb="move", **links)
                continue
            several: dict[str, Any] = {"tagged_vlans": vlans[port.pk]} if vlans[port.pk] else {}
            if tags[port.pk]:
                several["tags"] = tags[port.pk] | tags[target.pk]
            values = {
                "description": port.description,
                "enabled": port.enabled,
                "mtu": port.mtu,
                "mode": port.mode,
                "untagged_vlan": port.untagged_vlan_id,
                "vrf": port.vrf_id,
                "status": port.status_id,
                "role": port.role_id,
                "_custom_field_data": _carried(port, target),
            }
            emptied: dict[str, Any] = dict.fromkeys(("untagged_vlan", "vrf", *_LINKS))
            emptied |= {name: [] for name, many in (("tagged_vlans", vlans), ("tags", tags)) if many[port.pk]}
            self.plan.update(port, reason="is replaced", description="", mode="", **emptied)
            self.plan.update(target, reason=_REASON, **values, **links, **several)
        self._move_links_of_others()

    def _move_links_of_others(self) -> None:
        """Interfaces of other members of the virtual chassis whose LAG, parent or bridge is replaced."""
        mine = {port.pk for port in self.ports[_INTERFACE]}
        for name in _LINKS:
            for interface in parts(_INTERFACE, [self.old.pk], f"{name}__"):
                target = self.targets.get((_INTERFACE, getattr(interface, f"{name}_id")))
                if interface.pk not in mine and target is not None:
                    self.plan.update(interface, reason=_REASON, **{name: target})

    def _many(self, name: str) -> defaultdict[Any, set[Any]]:
        """What a many-to-many field of the interfaces of both devices has."""
        found: defaultdict[Any, set[Any]] = defaultdict(set)
        keys = [port.pk for port in [*self.ports[_INTERFACE], *self.others[_INTERFACE].values()]]
        for interface in among(Interface.objects.prefetch_related(name), "pk", keys):
            found[interface.pk] = set(getattr(interface, name).all())
        return found

    def _move_cables(self) -> None:
        may = {cable.pk for cable in among(visible(self.plan.user, Cable, "change"), "pk", self.cabling.cables)}
        for key, cable in self.cabling.cables.items():
            if key not in may:
                # Rows that attach a cable have no permissions of their own.
                self.plan.problem(f"cable {cable}: the permission dcim.change_cable is needed.")
            moved: dict[CableEnd, Any] = {}
            for end in self.cabling.ends[key]:
                target = self.targets.get((end.label, end.pk))
                if target is not None and target.pk != end.pk:
                    if end.label == _INTERFACE and not target.is_connectable:
                        self.plan.problem(f"interface {target.name}: no cable fits an interface of type {target.type}.")
                    moved[end] = target
            if moved:
                moved_cable(self.plan, cable, self.cabling.ends[key], moved, reason=_REASON)

    # What points at the device and its interfaces

    def _move_rows(self) -> None:
        plan, old, new = self.plan, self.old, self.new
        for service in in_order(Service.objects.filter(device=old)):
            plan.update(service, device=new, reason=_REASON, verb="move")
        for controller in in_order(apps.get_model("dcim.controller").objects.filter(controller_device=old)):
            plan.update(controller, controller_device=new, reason=_REASON, verb="move")
        if DEVICE_TO_CLUSTER == "clusters":
            for row in in_order(apps.get_model("dcim.deviceclusterassignment").objects.filter(device=old)):
                plan.update(row, device=new, reason=_REASON, verb="move")
        moving = {old.pk: new.pk}
        moving |= {key: target.pk for (label, key), target in self.targets.items() if target.pk != key}
        for model, names in (
            (RelationshipAssociation, ("source_id", "destination_id")),
            (StaticGroupAssociation, ("associated_object_id",)),
            (ContactAssociation, ("associated_object_id",)),
            (Note, ("assigned_object_id",)),
        ):
            # The manager of static groups leaves some out.
            rows = getattr(model, "all_objects", model._default_manager)
            found: dict[Any, tuple[Any, dict[str, Any]]] = {}
            for name in names:
                for row in among(rows.all(), name, moving):
                    found.setdefault(row.pk, (row, {}))[1][name] = moving[getattr(row, name)]
            for row, values in found.values():
                plan.update(row, reason=_REASON, verb="move", **values)
        bays = {bay.name: bay for bay in DeviceBay.objects.filter(device=new)}
        for bay in in_order(DeviceBay.objects.filter(device=old).exclude(installed_device=None)):
            target = bays.get(self.names.get(bay.name, bay.name))
            if target is None:
                plan.problem(f"device bay {bay.name}: it is in use, and device {new} has none of that name.")
                continue
            child = bay.installed_device_id
            plan.update(bay, installed_device=None, reason=_REASON, verb="remove")
            plan.update(target, installed_device=child, reason=_REASON, verb="install")

    # The new device takes its place

    def _arrive(self) -> None:
        plan, old, new = self.plan, self.old, self.new
        values = {**self.former, "_custom_field_data": _carried(old, new)}
        platform = old.platform
        if platform is not None and platform.manufacturer_id in (None, new.device_type.manufacturer_id):
            values["platform"] = platform
        if DEVICE_TO_CLUSTER == "cluster":
            values["cluster"] = old.cluster_id
        if old.tags.exists():
            values["tags"] = {*old.tags.all(), *new.tags.all()}
        renames = self.rename and old.name != new.name
        bay = DeviceBay.objects.filter(installed_device=new).first()
        if bay is not None:
            plan.update(bay, installed_device=None, reason=_REASON, verb="remove")
        plan.update(new, reason=_REASON, status=old.status_id, **({"name": old.name} if renames else {}), **values)
        for bay in DeviceBay.objects.filter(installed_device=old):
            plan.update(bay, installed_device=new, reason=_REASON, verb="install")
        for chassis in VirtualChassis.objects.filter(master=old):
            plan.update(chassis, master=new, reason=_REASON, verb="replace master")
        if renames and new.name:
            plan.update(old, name=new.name, reason="gets the name of its replacement", verb="rename")


def _bays(device: Device) -> set[str]:
    """The names of the bays of a device, for devices and for modules."""
    names = (bays.order_by().values_list("name", flat=True) for bays in (device.device_bays, device.module_bays))
    return {name for each in names for name in each}


def _carried(old: Any, new: Any) -> dict[str, Any]:
    """Custom fields of what comes: those of what goes, and its own where that has none."""
    given = {name: value for name, value in old._custom_field_data.items() if value not in (None, "", [])}
    return {**new._custom_field_data, **given}


def read_names(rows: Any) -> dict[str, str]:
    """Components of the old device to those of the new one.

    Raises:
        RefusalError: one of them is named twice.
    """
    names: dict[str, str] = {}
    taken: dict[str, str] = {}
    for row in rows:
        if row["old"] in names:
            raise RefusalError(f"{row.label}: {row.bad('old', 'it is there twice.')}")
        if row["new"] in taken:
            raise RefusalError(f"{row.label}: {row.bad('new', 'it is there twice.')}")
        names[row["old"]] = row["new"]
        taken[row["new"]] = row["old"]
    return names
