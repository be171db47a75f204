"""Prefixes out of which devices get their management addresses, by location, and what is free in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from typing import Any

from django.db.models import QuerySet
from nautobot.dcim.models import Location
from nautobot.ipam.models import Prefix, PrefixLocationAssignment

from ..toolkit.access import RefusalError
from ..toolkit.free_space import FreeSpace, free_addresses, hosts
from ..toolkit.plan import Plan


class PrefixesByLocation:
    """The prefixes of locations and of those above them. Four queries, whatever the number of devices.

    Args:
        plan: the prefixes are locked, so that nobody else gives out their addresses meanwhile.
        prefixes: those that may be used.
        locations: primary keys of locations for which prefixes will be asked.
        named: the user has said which prefixes are for this. If not, several in one place are too many.
        leave_first: of each prefix, leave so many addresses at its beginning alone.
    """

    def __init__(
        self, plan: Plan, prefixes: QuerySet, locations: Iterable[Any], *, named: bool, leave_first: int = 0
    ) -> None:
        self._named = named
        self._leave_first = leave_first
        places = Location.objects.without_tree_fields().order_by().values_list("pk", "parent_id", "name")
        self._parents: dict[Any, Any] = {}
        self._names: dict[Any, str] = {}
        for pk, parent, name in places:
            self._parents[pk], self._names[pk] = parent, name
        above = sorted({level for location in locations for level in self._upwards(location)}, key=str)
        pairs = set(
            PrefixLocationAssignment.objects.filter(prefix__in=prefixes.order_by().values("pk"), location__in=above)
            .order_by()
            .values_list("location_id", "prefix_id")
        )
        wanted = Prefix.objects.filter(pk__in={prefix for _, prefix in pairs})
        locked = {prefix.pk: prefix for prefix in plan.lock(wanted).select_related("namespace")}
        self._at: defaultdict[tuple[Any, int], list[Prefix]] = defaultdict(list)
        for location, key in pairs:
            if key in locked:
                self._at[location, locked[key].ip_version].append(locked[key])
        self._spaces: dict[Any, FreeSpace] = {}

    def next_free(self, location: Any, version: int) -> tuple[str, Prefix]:
        """The next address for a device: "192.0.2.7/24", and its prefix.

        Raises:
            RefusalError: there is no prefix, too many, or no free address in any.
        """
        prefixes = self._nearest(location, version)
        name = self._names.get(location, "")
        if not prefixes:
            raise RefusalError(
                f"neither {name} nor a location above it has an IPv{version} prefix of type network or pool that fits. "
                "Assign one to the location, with the role, tag or VRF selected."
            )
        named = ", ".join(str(prefix.prefix) for prefix in prefixes[:5])
        if len(prefixes) > 1 and not self._named:
            raise RefusalError(
                f"{len(prefixes)} IPv{version} prefixes could be meant: {named}. Select their role, tag or VRF."
            )
        for prefix in prefixes:
            if prefix.pk not in self._spaces:
                self._spaces[prefix.pk] = self._space(prefix)
            if address := self._spaces[prefix.pk].take_address():
                return f"{address}/{prefix.prefix_length}", prefix
        raise RefusalError(f"no address is free in {named}. Assign another prefix to the location.")

    def _nearest(self, location: Any, version: int) -> Sequence[Prefix]:
        for level in self._upwards(location):
            if found := self._at.get((level, version)):
                return sorted(
                    found,
                    key=lambda prefix: (int(ip_address(str(prefix.network))), prefix.prefix_length, str(prefix.pk)),
                )
        return ()

    def _space(self, prefix: Prefix) -> FreeSpace:
        space = free_addresses(prefix)
        if self._leave_first:
            network = int(ip_address(str(prefix.network)))
            pool = prefix.type == "pool"
            first = hosts(network, prefix.prefix_length, prefix.ip_version, pool=pool).first
            space.reserve(first, first + self._leave_first - 1)
        return space

    def _upwards(self, location: Any) -> list[Any]:
        levels: list[Any] = []
        while location is not None and location not in levels:
            levels.append(location)
            location = self._parents.get(location)
        return levels
