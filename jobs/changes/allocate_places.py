"""Where to allocate from: containers and VLAN groups that serve a location, free VLAN IDs, addresses of prefixes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from nautobot.dcim.models import Location
from nautobot.ipam.models import VLAN, Prefix, VLANGroup

from ..toolkit.access import RefusalError, visible
from ..toolkit.free_space import FreeSpace, free_addresses
from ..toolkit.plan import Plan


class Lineage:
    """How far up each location is from those that something is for. One query, however deep the tree is."""

    def __init__(self) -> None:
        tree = Location.objects.without_tree_fields().order_by().values_list("pk", "parent_id")
        self._parents = dict(tree)

    def distances(self, locations: Iterable[Any]) -> dict[Any, int]:
        """Primary keys of these locations and all above them to their distance: 0, 1 and so on."""
        found: dict[Any, int] = {}
        for pk in locations:
            distance = 0
            while pk is not None and found.get(pk, distance + 1) > distance:
                found[pk] = distance
                pk, distance = self._parents.get(pk), distance + 1
        return found


def serving(
    offered: Sequence[Any], places: Mapping[Any, Collection[Any]], distances: Mapping[Any, int] | None
) -> list[Any]:
    """What serves a location: first what is nearest to it in the tree, last what is nobody's; never what is others'.

    Args:
        offered: objects, in order.
        places: their primary keys to the primary keys of the locations that they belong to.
        distances: see `Lineage`; None stands for no location in particular, which anything serves.
    """
    if distances is None:
        return list(offered)
    ranked = []
    for obj in offered:
        belongs = places.get(obj.pk) or ()
        near = [distances[pk] for pk in belongs if pk in distances]
        if near:
            ranked.append((min(near), obj))
        elif not belongs:
            ranked.append((len(distances), obj))
    return [obj for _, obj in sorted(ranked, key=lambda each: each[0])]


class FreeVids:
    """VLANs of groups by name, and the lowest free VLAN IDs. One query."""

    def __init__(self, groups: Collection[VLANGroup]) -> None:
        self._vids: dict[Any, set[int]] = {group.pk: set() for group in groups}
        self._names: dict[tuple[Any, str], VLAN] = {}
        if groups:
            for vlan in VLAN.objects.filter(vlan_group__in=groups).order_by("pk"):
                self._vids[vlan.vlan_group_id].add(vlan.vid)
                self._names[vlan.vlan_group_id, vlan.name] = vlan

    def named(self, groups: Iterable[VLANGroup], name: str) -> VLAN | None:
        """The VLAN of that name in the first of the groups that has it, those given out included."""
        found = (self._names.get((group.pk, name)) for group in groups)
        return next((vlan for vlan in found if vlan is not None), None)

    def take(self, groups: Iterable[VLANGroup], name: str) -> VLAN:
        """A VLAN, not saved, with the lowest free ID of the first group that has one.

        Raises:
            RefusalError: none has.
        """
        groups = list(groups)
        for group in groups:
            used = self._vids[group.pk]
            vid = next((vid for vid in group.expanded_range if vid not in used), None)
            if vid is not None:
                used.add(vid)
                vlan = VLAN(vid=vid, name=name, vlan_group=group)
                self._names[group.pk, name] = vlan
                return vlan
        named = ", ".join(group.name for group in groups) or "none of those chosen serves this location"
        raise RefusalError(f"VLAN groups: no VLAN ID is free ({named}). Choose another group, or widen its range.")


class FreeAddresses:
    """The lowest free addresses of prefixes, which are to be locked before."""

    def __init__(self) -> None:
        self._spaces: dict[Any, FreeSpace] = {}

    def take(self, prefix: Prefix, *, host_mask: bool = False) -> str:
        """The next free address with its mask: "10.0.0.5/24".

        Args:
            prefix: where it is from.
            host_mask: /32 or /128 instead of the length of the prefix.

        Raises:
            RefusalError: there is none.
        """
        if prefix.pk not in self._spaces:
            self._spaces[prefix.pk] = free_addresses(prefix)
        text = self._spaces[prefix.pk].take_address()
        if text is None:
            raise RefusalError(f"{prefix} has no free address. Choose another prefix, or a larger one.")
        return f"{text}/{(32 if prefix.ip_version == 4 else 128) if host_mask else prefix.prefix_length}"


def locked(plan: Plan, model: Any, chosen: Sequence[Any], field: str) -> list[Any]:
    """The chosen objects, locked: nobody else can allocate from them until this run has ended."""
    if not chosen:
        return []
    objects = visible(plan.user, model).filter(pk__in=[each.pk for each in chosen])
    if model is Prefix:
        objects = objects.select_related("namespace")
    found = list(plan.lock(objects))
    if missing := {each.pk for each in chosen} - {each.pk for each in found}:
        raise RefusalError(f"{field}: {len(missing)} of those chosen do not exist any more, or you may not view them.")
    return found
