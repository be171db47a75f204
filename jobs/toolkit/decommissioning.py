"""How devices leave service, for all Jobs that take devices out of it: what they hold is given back, and nobody else loses anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import F, Q
from nautobot.dcim.models import Cable, Device, DeviceBay, Interface, VirtualChassis
from nautobot.extras.models import RelationshipAssociation, Status
from nautobot.ipam.models import IPAddress, IPAddressToInterface, Service

from .access import visible
from .compat import COMPONENT_TO_DEVICE, DEVICE_TO_CLUSTER, lacks
from .holdings import Cabling, among, chunks, names_for, parts
from .plan import Plan

CABLES, RACK, CLUSTERS, STACKS, SERVICES, GROUPS = "cables", "rack", "clusters", "stacks", "services", "groups"
KEEP = {
    CABLES: "Cables",
    RACK: "Rack position",
    CLUSTERS: "Membership in clusters",
    STACKS: "Membership in virtual chassis",
    SERVICES: "Services",
    GROUPS: "Membership in redundancy groups and controller groups",
}
DELETE, UNASSIGN, LEAVE = "delete", "unassign", "keep"
REPLACE, REFUSE = "replace", "refuse"

# What would be lost, or stop working, for others: model, and the paths from it to the device. Not all versions have all.
_RELY = (
    ("dcim.controller", ("controller_device",), "runs on it"),
    ("load_balancers.virtualserver", ("device",), "is on it"),
    ("vpn.vpntunnelendpoint", ("device",), "is on it"),
    ("vpn.vpntermination", tuple(f"interface__{path}" for path in COMPONENT_TO_DEVICE), "is on it"),
)


@dataclass(frozen=True)
class Policy:
    """How devices leave service.

    Args:
        status: what they have afterwards.
        keep: keys of KEEP that are left as they are.
        addresses: DELETE those that nothing else uses, UNASSIGN them only, or LEAVE them.
        masters: REPLACE the master of a virtual chassis by another member, or REFUSE.
        delete: the devices themselves are deleted.
        hosts: clusters may be left without a host for their virtual machines.
        reason: why, for each change.
    """

    status: Status | None
    keep: frozenset[str] = frozenset()
    addresses: str = DELETE
    masters: str = REPLACE
    delete: bool = False
    hosts: bool = False
    reason: str = "decommissioned"


def decommission(plan: Plan, devices: Iterable[Device], policy: Policy) -> None:
    """Plan that devices leave service.

    Args:
        plan: the plan to add to.
        devices: the devices, all of them together: what they share goes with the last of them.
        policy: what is given back.
    """
    _Decommission(plan, devices, policy).make()


class _Decommission:
    def __init__(self, plan: Plan, devices: Iterable[Device], policy: Policy) -> None:
        self.plan = plan
        self.policy = policy
        self.devices = sorted(devices, key=lambda device: (device.name or "", str(device.pk)))
        self.keys = {device.pk for device in self.devices}
        self.names = {device.pk: str(device) for device in self.devices}
        self.values: defaultdict[Any, dict[str, Any]] = defaultdict(dict)

    def make(self) -> None:
        """Plan everything, in an order in which each step is valid."""
        if not self.devices:
            return
        self._refuse_what_others_rely_on()
        emptied_stacks = [] if STACKS in self.policy.keep else self._leave_stacks()
        if CABLES not in self.policy.keep:
            self._disconnect()
        addresses = [] if self.policy.addresses == LEAVE else self._addresses()
        if SERVICES not in self.policy.keep and not self.policy.delete:
            for service in among(Service.objects.all(), "device", self.keys):
                self._delete(service, service.device_id)
        if RACK not in self.policy.keep or self.policy.delete:
            self._leave_racks()
        if GROUPS not in self.policy.keep:
            self._leave_groups()
        if CLUSTERS not in self.policy.keep:
            self._leave_clusters()
        for device in self._children_first():
            with self.plan.row(self.names[device.pk]):
                if self.policy.delete:
                    self.plan.delete(device, reason=self.policy.reason)
                else:
                    status = {"status": self.policy.status} if self.policy.status else {}
                    self.plan.update(device, reason=self.policy.reason, **status, **self.values[device.pk])
        if not self.policy.delete:
            for assignment in addresses:
                self._delete(assignment, assignment.device_key, "unassign")
        if self.policy.addresses == DELETE:
            self._delete_addresses(addresses)
        for stack in emptied_stacks:
            self.plan.delete(stack, reason="its last member is decommissioned")

    def _delete(self, obj: Any, device: Any, verb: str = DELETE) -> None:
        with self.plan.row(self.names.get(device, "")):
            self.plan.delete(obj, reason=self.policy.reason, verb=verb)

    def _problem(self, device: Any, message: str) -> None:
        with self.plan.row(self.names[device]):
            self.plan.problem(message)

    def _by_device(self, found: list[Any]) -> list[Any]:
        return sorted(found, key=lambda each: self.names[each.device_key])

    # What is refused

    def _refuse_what_others_rely_on(self) -> None:
        for bay in among(DeviceBay.objects.exclude(installed_device=None), "device", self.keys):
            if bay.installed_device_id not in self.keys:
                child = names_for(self.plan.user, "dcim.device", [bay.installed_device_id])
                self._problem(bay.device_id, f"{child} is in its bay {bay.name}. Move it, or select it as well.")
        for label, paths, how in _RELY:
            if lacks(label):
                continue
            found: defaultdict[Any, set[Any]] = defaultdict(set)
            for path in paths:
                for chunk in chunks(self.keys):
                    rows = apps.get_model(label)._default_manager.filter(**{f"{path}__in": chunk}).order_by()
                    for pk, device in rows.values_list("pk", path):
                        found[device].add(pk)
            for device in sorted(found, key=self.names.__getitem__):
                named = names_for(self.plan.user, label, found[device])
                self._problem(device, f"{named} {how}. Move it to another device first.")
        # Members of a virtual chassis may have interfaces whose LAG, parent or bridge is another member's.
        if STACKS in self.policy.keep and not self.policy.delete:
            return
        for field in ("lag", "parent_interface", "bridge"):
            staying: defaultdict[Any, set[Any]] = defaultdict(set)
            for interface in parts("dcim.interface", self.keys, f"{field}__"):
                staying[interface.device_key].add(interface.pk)
            ours = {each.pk for each in parts("dcim.interface", self.keys)} if staying else set()
            for device, pks in sorted(staying.items(), key=lambda item: self.names[item[0]]):
                if pks - ours:
                    named = names_for(self.plan.user, "dcim.interface", pks - ours)
                    self._problem(device, f"{named} of another member has its {field} on it. Change that first.")

    # Virtual chassis

    def _leave_stacks(self) -> list[VirtualChassis]:
        """Plan who becomes master; returns the virtual chassis whose last members go."""
        stacks = {device.virtual_chassis_id for device in self.devices if device.virtual_chassis_id}
        members: defaultdict[Any, list[Device]] = defaultdict(list)
        for device in among(Device.objects.all(), "virtual_chassis", stacks):
            members[device.virtual_chassis_id].append(device)
        emptied = []
        for stack in sorted(among(VirtualChassis.objects.all(), "pk", stacks), key=lambda stack: stack.name):
            staying = [device for device in members[stack.pk] if device.pk not in self.keys]
            if not staying:
                emptied.append(stack)
                self.plan.update(stack, master=None, reason="its last member is decommissioned")
            elif stack.master_id in self.keys:
                if self.policy.masters == REFUSE:
                    self._problem(
                        stack.master_id, f"it is the master of the virtual chassis {stack}. Replace it first."
                    )
                else:
                    master = next_master(staying)
                    self.plan.update(stack, master=master, reason="its master is decommissioned", verb="replace master")
        for device in self.devices:
            if device.virtual_chassis_id:
                self.values[device.pk] |= {"virtual_chassis": None, "vc_position": None, "vc_priority": None}
        if stacks:
            self._leave_links_to_members()
        return emptied

    def _leave_links_to_members(self) -> None:
        """The interfaces' own LAG, parent and bridge on another device."""
        for field in ("lag", "parent_interface", "bridge"):
            beyond = [f"{field}__{path}" for path in COMPONENT_TO_DEVICE]
            objects = Interface.objects.exclude(**{field: None})
            for chunk in chunks(self.keys):
                near = Q()
                for path in COMPONENT_TO_DEVICE:
                    near |= Q(**{f"{path}__in": chunk})
                for interface in objects.filter(near).annotate(_beyond=F(beyond[0])).order_by("pk"):
                    if interface._beyond is not None and interface._beyond != interface.device_id:
                        with self.plan.row(self.names.get(interface.device_id, "")):
                            cleared: dict[str, Any] = {field: None}
                            self.plan.update(interface, reason=self.policy.reason, **cleared)

    # Cables, addresses

    def _disconnect(self) -> None:
        cabling = Cabling(self.keys)
        partly: dict[Any, Any] = {}
        for device in self.devices:
            for cable in cabling.at[device.pk]:
                ends = cabling.shared(cable)
                if not ends:
                    self._delete(cabling.cables[cable], device.pk, "disconnect")
                for end in ends:
                    if cabling.device_of(end) == device.pk:
                        partly[cable] = device.pk
                        self._delete(end.row, device.pk, "disconnect")
        # Rows that attach a cable have no permissions of their own.
        may = {cable.pk for cable in among(visible(self.plan.user, Cable, "change"), "pk", partly)}
        for cable, device in partly.items():
            if cable not in may:
                self._problem(device, f"cable {cabling.cables[cable]}: the permission dcim.change_cable is needed.")

    def _addresses(self) -> list[Any]:
        """The assignments of addresses to interfaces of the devices, and that primary addresses go."""
        assignments = self._by_device(parts("ipam.ipaddresstointerface", self.keys, "interface__"))
        self._refuse_primaries_of_others(assignments)
        for device in self.devices:
            for name in ("primary_ip4", "primary_ip6"):
                if getattr(device, f"{name}_id"):
                    self.values[device.pk][name] = None
        return assignments

    def _refuse_primaries_of_others(self, assignments: list[Any]) -> None:
        """Devices that stay, such as the master of a virtual chassis, may be reached by an address of one that goes."""
        device_of = {assignment.ip_address_id: assignment.device_key for assignment in assignments}
        going = {assignment.pk for assignment in assignments}
        staying = {
            assignment.ip_address_id
            for assignment in among(IPAddressToInterface.objects.all(), "ip_address", device_of)
            if assignment.pk not in going
        }
        for field in ("primary_ip4", "primary_ip6"):
            found: defaultdict[Any, set[Any]] = defaultdict(set)
            for other in among(Device.objects.all(), field, set(device_of) - staying):
                if other.pk not in self.keys:
                    found[device_of[getattr(other, f"{field}_id")]].add(other.pk)
            for device in sorted(found, key=self.names.__getitem__):
                named = names_for(self.plan.user, "dcim.device", found[device])
                self._problem(device, f"its address is the primary one of {named}. Choose another there first.")

    def _delete_addresses(self, assignments: list[Any]) -> None:
        device_of = {assignment.ip_address_id: assignment.device_key for assignment in assignments}
        used = users_of_addresses(
            device_of,
            going={
                "ipam.ipaddresstointerface": {assignment.pk for assignment in assignments},
                "dcim.device": self.keys,
                "ipam.service": self._going("ipam.service", SERVICES not in self.policy.keep or self.policy.delete),
                "dcim.virtualdevicecontext": self._going("dcim.virtualdevicecontext", self.policy.delete),
            },
        )
        for address in among(IPAddress.objects.all(), "pk", device_of):
            if address.pk in used:
                with self.plan.row(self.names[device_of[address.pk]]):
                    self.plan.remark(f"address {address} stays: {used[address.pk]} uses it.")
            else:
                self._delete(address, device_of[address.pk])

    def _going(self, label: str, goes: bool) -> set[Any]:
        objects = apps.get_model(label)._default_manager.all()
        return {obj.pk for obj in among(objects, "device", self.keys)} if goes else set()

    # Racks, groups, clusters

    def _leave_racks(self) -> None:
        for bay in among(DeviceBay.objects.all(), "installed_device", self.keys):
            if self.policy.delete and bay.device_id in self.keys:
                continue  # it goes with its device
            with self.plan.row(self.names[bay.installed_device_id]):
                self.plan.update(bay, installed_device=None, reason=self.policy.reason, verb="remove")
        for device in self.devices:
            self.values[device.pk] |= {"rack": None, "position": None, "face": ""}

    def _leave_groups(self) -> None:
        for device in self.devices:
            self.values[device.pk] |= {
                "device_redundancy_group": None,
                "device_redundancy_group_priority": None,
                "controller_managed_device_group": None,
            }
        if not self.policy.delete:
            for row in self._by_device(parts("dcim.interfaceredundancygroupassociation", self.keys, "interface__")):
                self._delete(row, row.device_key, "leave")

    def _leave_clusters(self) -> None:
        """Refuse to leave virtual machines without a host."""
        hosts: defaultdict[Any, set[Any]] = defaultdict(set)
        mine = {
            cluster
            for chunk in chunks(self.keys)
            for cluster in Device.objects.filter(pk__in=chunk)
            .exclude(**{DEVICE_TO_CLUSTER: None})
            .order_by()
            .values_list(DEVICE_TO_CLUSTER, flat=True)
        }
        for chunk in chunks(mine):
            rows = Device.objects.filter(**{f"{DEVICE_TO_CLUSTER}__in": chunk}).order_by()
            for device, cluster in rows.values_list("pk", DEVICE_TO_CLUSTER):
                hosts[cluster].add(device)
        last = [cluster for cluster in mine if not hosts[cluster] - self.keys and not self.policy.hosts]
        machines: defaultdict[Any, int] = defaultdict(int)
        for machine in among(apps.get_model("virtualization.virtualmachine").objects.all(), "cluster", last):
            machines[machine.cluster_id] += 1
        for cluster in sorted(machines, key=str):
            device = min(hosts[cluster] & self.keys, key=self.names.__getitem__)
            named = names_for(self.plan.user, "virtualization.cluster", [cluster])
            self._problem(
                device, f"{named} would have no host for its {machines[cluster]} virtual machines. Move them first."
            )
        if DEVICE_TO_CLUSTER == "cluster":
            for device in self.devices:
                self.values[device.pk]["cluster"] = None
        elif not self.policy.delete:
            model = apps.get_model("dcim.deviceclusterassignment")
            rows = among(model._default_manager.all(), "device", self.keys)
            # They have no permissions of their own, and the device itself need not change.
            may = {device.pk for device in among(visible(self.plan.user, Device, "change"), "pk", self.keys)}
            for row in rows:
                self._delete(row, row.device_id, "leave")
                if row.device_id not in may:
                    self._problem(row.device_id, "the permission dcim.change_device is needed to leave a cluster.")

    def _children_first(self) -> list[Device]:
        """The devices, those in bays of others before these."""
        parents = {
            child: parent
            for chunk in chunks(self.keys)
            for child, parent in DeviceBay.objects.filter(installed_device__in=chunk).values_list(
                "installed_device", "device"
            )
        }

        def depth(device: Any) -> int:
            steps = 0
            while device in parents and steps < len(parents):
                device, steps = parents[device], steps + 1
            return steps

        return sorted(self.devices, key=lambda device: -depth(device.pk))


def next_master(members: Iterable[Device]) -> Device:
    """Who becomes master of a virtual chassis: the highest priority, then the lowest position."""
    return min(
        members,
        key=lambda device: (-(device.vc_priority or 0), device.vc_position or 0, device.name or "", str(device.pk)),
    )


def users_of_addresses(addresses: Collection[Any], going: Mapping[str, Collection[Any]]) -> dict[Any, str]:
    """Addresses that something uses, with the kind of thing.

    Args:
        addresses: primary keys.
        going: models to primary keys of what is about to let go of the addresses, and does not count.
    """
    used: dict[Any, str] = {}
    keys = list(addresses)
    for chunk in chunks(keys):
        inside = IPAddress.objects.filter(pk__in=chunk).exclude(nat_inside=None).order_by()
        used.update(dict.fromkeys(inside.values_list("pk", flat=True), "NAT"))
        for relation in IPAddress._meta.get_fields(include_hidden=True):
            model: Any = relation.related_model
            if not relation.auto_created or relation.concrete or model is None or model._meta.auto_created:
                continue
            if relation.many_to_many and not relation.through._meta.auto_created:
                continue  # the rows in between are asked themselves
            gone = going.get(model._meta.label_lower, ())
            name = relation.field.name
            rows = model._base_manager.filter(**{f"{name}__in": chunk}).order_by()
            for address, pk in rows.values_list(name, "pk"):
                if pk not in gone:
                    what = "NAT" if model is IPAddress else str(model._meta.verbose_name)
                    used.setdefault(address, "another interface" if model is IPAddressToInterface else what)
        for side in ("source_id", "destination_id"):
            related = RelationshipAssociation.objects.filter(**{f"{side}__in": chunk}).order_by()
            for address in related.values_list(side, flat=True):
                used.setdefault(address, "a relationship")
    return used
