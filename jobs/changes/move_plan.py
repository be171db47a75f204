"""The plan of moves: rack units, cables, clusters and VLANs of the devices that move."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from nautobot.dcim.models import Cable, Device, DeviceBay, Interface, Location, Rack
from nautobot.ipam.models import VLANLocationAssignment

from ..toolkit.access import visible
from ..toolkit.compat import DEVICE_TO_CLUSTER
from ..toolkit.holdings import Cabling, Tree, among, chunks, names_for, on_devices, places_of
from ..toolkit.plan import Plan
from .move_slots import Cell, Move, cells, in_order

REFUSE, DELETE, KEEP = "refuse", "delete", "keep"


class Target(NamedTuple):
    """Where a device goes.

    Args:
        row: the part of the request that says so.
        location: None means that of the rack.
        rack: None means that it is in none.
        position: the lowest unit; None means no position, 0 that there is no room.
        face: "front", "rear" or "".
    """

    row: str
    location: Location | None
    rack: Rack | None
    position: int | None
    face: str


class Moves:
    """Plans moves, all of them together.

    Args:
        plan: the plan to fill.
        cables: what happens to cables that would lead to another location: REFUSE, DELETE or KEEP.
    """

    def __init__(self, plan: Plan, cables: str) -> None:
        self.plan = plan
        self.cables = cables
        self.tree = Tree()
        self.devices: dict[Any, Device] = {}
        self.targets: dict[Any, Target] = {}

    def add(self, device: Device, target: Target) -> None:
        """Ask for a move. The device has its type loaded."""
        if device.pk in self.targets:
            with self.plan.row(target.row):
                self.plan.problem(f"device {device} is in {self.targets[device.pk].row} already. Remove one of them.")
            return
        self.devices[device.pk] = device
        self.targets[device.pk] = target

    def cells_of(self, device: Device, target: Target | None = None) -> frozenset[Cell]:
        """What a device occupies where it is, or where it goes."""
        kind = device.device_type
        if target is None:
            return cells(device.rack_id, device.position, kind.u_height, device.face, kind.is_full_depth)
        rack = target.rack.pk if target.rack else None
        return cells(rack, target.position, kind.u_height, target.face, kind.is_full_depth)

    def cells_in(self, *racks: Rack, without: Collection[Any] = ()) -> dict[Cell, Any]:
        """What is occupied in racks: cells to primary keys of devices, but for some of these."""
        there = Device.objects.filter(position__gte=1).select_related("device_type")
        return {
            cell: device.pk
            for device in among(there, "rack", [rack.pk for rack in racks])
            if device.pk not in without
            for cell in self.cells_of(device)
        }

    def make(self) -> None:
        """Plan everything."""
        self._refuse_children()
        taken = self.cells_in(*{target.rack for target in self.targets.values() if target.rack}, without=self.targets)
        for key, target in self.targets.items():
            with self.plan.row(target.row):
                self._refuse_units(self.devices[key], target, taken)
        elsewhere = {key for key in self.targets if self._location(key) != self.devices[key].location_id}
        if elsewhere:
            self._look_at_clusters(elsewhere)
            self._look_at_cables(elsewhere)
            self._look_at_vlans(elsewhere)
        moves = {
            key: Move(self.cells_of(self.devices[key]), self.cells_of(self.devices[key], target))
            for key, target in self.targets.items()
        }
        for key, lifted in in_order(moves):
            target, device = self.targets[key], self.devices[key]
            with self.plan.row(target.row):
                if lifted:
                    self.plan.update(device, position=None, face="", reason="makes room for another", verb="lift out")
                    continue
                self.plan.update(
                    device,
                    location=self._location(key),
                    rack=target.rack,
                    position=target.position or None,
                    face=target.face,
                    reason="moved",
                    verb="move",
                )

    def _location(self, key: Any) -> Any:
        """Primary key of the location where a device will be."""
        target, now = self.targets[key], self.devices[key].location_id
        if target.location is not None:
            return target.location.pk
        if target.rack is None or now in self.tree.upward(target.rack.location_id):
            return now
        return target.rack.location_id

    # What is refused

    def _refuse_children(self) -> None:
        bays = among(DeviceBay.objects.all(), "installed_device", self.targets)
        for bay in bays:
            target = self.targets.pop(bay.installed_device_id)
            with self.plan.row(target.row):
                parent = names_for(self.plan.user, "dcim.device", [bay.device_id])
                self.plan.problem(f"it is in the bay {bay.name} of {parent}, and moves with that.")

    def _refuse_units(self, device: Device, target: Target, taken: dict[Cell, Any]) -> None:
        """Tell what stands in the way; what the device will occupy is taken for the rows below."""
        rack, kind = target.rack, device.device_type
        inside = self.tree.upward(rack.location_id) if rack is not None else []
        if rack is not None and target.location is not None and target.location.pk not in inside:
            self.plan.problem(f"rack {rack} is not in the location {target.location}.")
        if rack is None or target.position is None:
            return
        if target.position == 0:
            self.plan.problem(f"rack {rack} has no {kind.u_height} free units in a row for device {device}.")
        elif kind.u_height == 0:
            self.plan.problem(f"position {target.position}: device {device} has a height of 0 units. Leave it empty.")
        elif target.position + kind.u_height - 1 > rack.u_height:
            self.plan.problem(
                f"position {target.position}: rack {rack} has {rack.u_height} units, and device {device} needs "
                f"{kind.u_height}."
            )
        else:
            wanted = self.cells_of(device, target)
            if holders := {taken[cell] for cell in wanted if cell in taken}:
                named = names_for(self.plan.user, "dcim.device", holders)
                self.plan.problem(f"position {target.position} of rack {rack} is taken by {named}.")
            taken.update(dict.fromkeys(wanted, device.pk))

    def _look_at_clusters(self, elsewhere: Collection[Any]) -> None:
        columns = ("pk", f"{DEVICE_TO_CLUSTER}__name", f"{DEVICE_TO_CLUSTER}__location")
        for chunk in chunks(elsewhere):
            rows = Device.objects.filter(pk__in=chunk).exclude(**{f"{columns[2]}": None}).order_by("pk", columns[1])
            for key, cluster, location in rows.values_list(*columns):
                if location is not None and location not in self.tree.upward(self._location(key)):
                    with self.plan.row(self.targets[key].row):
                        self.plan.problem(f"its cluster {cluster} does not reach the new location. Take it out first.")

    # What leads elsewhere

    def _look_at_cables(self, elsewhere: Collection[Any]) -> None:
        going = {key: key for key in elsewhere}  # devices to the device that they move with
        level = set(elsewhere)
        while level:
            bays = among(DeviceBay.objects.exclude(installed_device=None), "device", level)
            level = {bay.installed_device_id for bay in bays} - set(going)
            going |= {bay.installed_device_id: going[bay.device_id] for bay in bays if bay.installed_device_id in level}
        cabling = Cabling(going)
        places = places_of(end for ends in cabling.ends.values() for end in ends)
        parted: defaultdict[Any, list[Any]] = defaultdict(list)  # device to cables
        for key in going:
            here = self._location(going[key])
            for cable in cabling.at[key]:
                for end in cabling.ends[cable]:
                    device, place = places[end.label, end.pk]
                    mover = going.get(device, device)
                    there = self._location(mover) if mover in self.targets else place
                    if there is not None and not self._together(here, there):
                        parted[going[key]].append(cable)
                        break
        partly: dict[Any, Any] = {}
        for key in [key for key in self.targets if key in parted]:
            with self.plan.row(self.targets[key].row):
                named = ", ".join(sorted(str(cabling.cables[cable]) for cable in parted[key])[:5])
                if self.cables == REFUSE:
                    self.plan.problem(
                        f"{len(parted[key])} cables of device {self.devices[key]} would lead to another location ({named}). "
                        "Choose what happens to such cables, or move what they lead to as well."
                    )
                elif self.cables == KEEP:
                    self.plan.remark(f"{len(parted[key])} cables lead to another location now ({named}).")
                else:
                    for cable in parted[key]:
                        ends = [end for end in cabling.shared(cable) if going.get(cabling.device_of(end)) == key]
                        partly |= {cable: key} if ends else {}
                        for obj in [end.row for end in ends] or [cabling.cables[cable]]:
                            self.plan.delete(obj, reason="would lead to another location", verb="disconnect")
        # Rows that attach a cable have no permissions of their own.
        may = {cable.pk for cable in among(visible(self.plan.user, Cable, "change"), "pk", partly)}
        for cable, key in partly.items():
            if cable not in may:
                with self.plan.row(self.targets[key].row):
                    self.plan.problem(f"cable {cabling.cables[cable]}: the permission dcim.change_cable is needed.")

    def _together(self, one: Any, other: Any) -> bool:
        return one in self.tree.upward(other) or other in self.tree.upward(one)

    def _look_at_vlans(self, elsewhere: Collection[Any]) -> None:
        untagged: list[tuple[Any, Any]] = [
            pair
            for found in on_devices(Interface.objects.exclude(untagged_vlan=None), elsewhere)
            for pair in found.values_list("device_key", "untagged_vlan")
        ]
        reach: defaultdict[Any, set[Any]] = defaultdict(set)
        for row in among(VLANLocationAssignment.objects.all(), "vlan", {vlan for _, vlan in untagged}):
            reach[row.vlan_id].add(row.location_id)
        lost = Counter(
            device
            for device, vlan in untagged
            if reach[vlan] and reach[vlan].isdisjoint(self.tree.upward(self._location(device)))
        )
        for key in self.targets:
            if lost[key]:
                with self.plan.row(self.targets[key].row):
                    self.plan.remark(f"the untagged VLANs of {lost[key]} interfaces do not reach the new location.")
