"""The plan of closing locations: what is still in use there, and how everything leaves service."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import QuerySet
from nautobot.circuits.models import CircuitTermination
from nautobot.dcim.models import Cable, Device, Location, PowerFeed, Rack
from nautobot.extras.models import Status
from nautobot.ipam.models import PrefixLocationAssignment, VLANLocationAssignment
from nautobot.virtualization.models import VirtualMachine

from ..toolkit.compat import DEVICE_TO_CLUSTER, TO_CABLE
from ..toolkit.decommissioning import Policy, decommission
from ..toolkit.holdings import Tree, among, chunks, names_for
from ..toolkit.plan import Plan

DEVICES, CIRCUITS, PREFIXES, VLANS, MACHINES, POWER = "devices", "circuits", "prefixes", "vlans", "machines", "power"
KINDS = {
    DEVICES: "Devices",
    CIRCUITS: "Circuits",
    PREFIXES: "Prefixes",
    VLANS: "VLANs",
    MACHINES: "Virtual machines",
    POWER: "Power feeds",
}
# Names of statuses; whatever has another one is in use.
OUT_OF_USE = frozenset(
    {
        "Decommissioned",
        "Decommissioning",
        "Deprecated",
        "Deprovisioning",
        "End-of-Life",
        "Failed",
        "Inventory",
        "Offline",
        "Planned",
        "Reserved",
        "Retired",
    }
)
_REASON = "its location is closed"


class Closing:
    """Plans that locations are closed.

    Args:
        plan: the plan to fill.
        tops: the locations, whatever is in them included.
        policy: how their devices leave service.
        allowed: keys of KINDS that may be in use.
        status: what the locations have afterwards.
        rack_status: what the racks have afterwards.
    """

    def __init__(
        self,
        plan: Plan,
        tops: Iterable[Location],
        policy: Policy,
        allowed: Collection[str],
        status: Status,
        rack_status: Status,
    ) -> None:
        self.plan, self.policy, self.allowed = plan, policy, allowed
        self.status, self.rack_status = status, rack_status
        self.tree = Tree()
        self.places = self.tree.below({top.pk for top in tops})
        self.locations = {each.pk: each for each in among(Location.objects.all(), "pk", self.places)}

    def make(self) -> None:
        """Plan the checklist and the cascade."""
        devices = among(Device.objects.select_related("status", "device_type"), "location", self.places)
        ends = among(CircuitTermination.objects.select_related("circuit__status"), "location", self.places)
        prefixes = self._here(PrefixLocationAssignment.objects.select_related("prefix__status"))
        vlans = self._here(VLANLocationAssignment.objects.select_related("vlan__status"))
        feeds = among(PowerFeed.objects.select_related("status", "power_panel"), "power_panel__location", self.places)
        self._check(DEVICES, "dcim.device", {device.pk: device.location_id for device in devices if _used(device)})
        self._check(
            CIRCUITS, "circuits.circuit", {end.circuit_id: end.location_id for end in ends if _used(end.circuit)}
        )
        self._check(PREFIXES, "ipam.prefix", self._only_here(prefixes, "prefix"))
        self._check(VLANS, "ipam.vlan", self._only_here(vlans, "vlan"))
        self._check(MACHINES, "virtualization.virtualmachine", self._machines(devices))
        self._check(POWER, "dcim.powerfeed", {feed.pk: feed.power_panel.location_id for feed in feeds if _used(feed)})
        self._cascade(devices, ends, [*prefixes, *vlans], feeds)

    # The checklist

    def _check(self, kind: str, label: str, used: dict[Any, Any]) -> None:
        """Tell what blocks: primary keys of objects to those of their locations."""
        by_place: defaultdict[Any, list[Any]] = defaultdict(list)
        for pk, place in used.items():
            by_place[place].append(pk)
        for place in sorted(by_place, key=lambda each: (self.locations[each].name, str(each))):
            named = names_for(self.plan.user, label, by_place[place])
            with self.plan.row(self.locations[place].name):
                if kind in self.allowed:
                    self.plan.remark(f"{len(by_place[place])} in use: {named}.")
                else:
                    self.plan.problem(
                        f"{len(by_place[place])} in use: {named}. Take them out of service, or tick “{KINDS[kind]}” to close "
                        "it even so."
                    )

    def _here(self, assignments: QuerySet) -> list[Any]:
        return among(assignments, "location", self.places)

    def _only_here(self, assignments: list[Any], field: str) -> dict[Any, Any]:
        """What is in use, and at no other location."""
        used = {getattr(row, f"{field}_id"): row.location_id for row in assignments if _used(getattr(row, field))}
        if not used:
            return used
        model = type(assignments[0])
        elsewhere = {
            pk
            for chunk in chunks(used)
            for pk, place in model.objects.filter(**{f"{field}__in": chunk}).order_by().values_list(field, "location")
            if place not in self.places
        }
        return {pk: place for pk, place in used.items() if pk not in elsewhere}

    def _machines(self, devices: list[Device]) -> dict[Any, Any]:
        """Virtual machines in use on clusters that are there, or have hosts nowhere else."""
        machines = VirtualMachine.objects.select_related("status", "cluster")
        found = {
            machine.pk: machine.cluster.location_id
            for machine in among(machines, "cluster__location", self.places)
            if _used(machine)
        }
        hosts: defaultdict[Any, set[Any]] = defaultdict(set)
        for chunk in chunks(device.pk for device in devices):
            rows = Device.objects.filter(pk__in=chunk).exclude(**{DEVICE_TO_CLUSTER: None}).order_by()
            for cluster, place in rows.values_list(DEVICE_TO_CLUSTER, "location"):
                hosts[cluster].add(place)
        for chunk in chunks(list(hosts)):
            rows = Device.objects.filter(**{f"{DEVICE_TO_CLUSTER}__in": chunk}).order_by()
            for cluster, place in rows.values_list(DEVICE_TO_CLUSTER, "location"):
                if place not in self.places:
                    hosts.pop(cluster, None)
        for machine in among(machines, "cluster", hosts):
            if _used(machine):
                found.setdefault(machine.pk, min(hosts[machine.cluster_id], key=str))
        return found

    # The cascade

    def _cascade(self, devices: list[Device], ends: list[Any], assignments: list[Any], feeds: list[Any]) -> None:
        plan = self.plan
        decommission(plan, devices, self.policy)
        keys = [end.pk for end in ends]
        cables = {
            cable
            for chunk in chunks(keys)
            for cable in CircuitTermination.objects.filter(pk__in=chunk)
            .exclude(**{TO_CABLE: None})
            .order_by()
            .values_list(TO_CABLE, flat=True)
        }
        for cable in sorted(among(Cable.objects.all(), "pk", cables), key=lambda each: (each.label, str(each.pk))):
            plan.delete(cable, reason=_REASON, verb="disconnect")
        for end in ends:
            with plan.row(self.locations[end.location_id].name):
                plan.delete(end, reason=_REASON)
        for row in assignments:
            with plan.row(self.locations[row.location_id].name):
                plan.delete(row, reason=_REASON, verb="leave")
        self._switch_off(feeds)
        racks = among(Rack.objects.all(), "location", self.places)
        for rack in sorted(racks, key=lambda each: (each.name, str(each.pk))):
            with plan.row(self.locations[rack.location_id].name):
                plan.update(rack, status=self.rack_status, reason=_REASON, verb="close")
        depth = Counter({pk: len(self.tree.upward(pk)) for pk in self.places})
        for location in sorted(self.locations.values(), key=lambda each: (-depth[each.pk], each.name, str(each.pk))):
            with plan.row(location.name):
                plan.update(location, status=self.status, reason="is closed", verb="close")

    def _switch_off(self, feeds: list[Any]) -> None:
        status = Status.objects.get_for_model(PowerFeed).filter(name="Offline").first()
        for feed in feeds if status is not None else ():
            if _used(feed):
                with self.plan.row(self.locations[feed.power_panel.location_id].name):
                    self.plan.update(feed, status=status, reason=_REASON, verb="close")


def _used(obj: Any) -> bool:
    return obj.status is not None and obj.status.name not in OUT_OF_USE
