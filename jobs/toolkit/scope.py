"""Scope: which objects a Job works on. The same variables, and the same rules, for every Job.

An empty selection never means everything: that takes a tick of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import QuerySet
from nautobot.apps.jobs import BooleanVar, MultiObjectVar, ObjectVar
from nautobot.dcim.models import Device, DeviceType, Location, LocationType, Platform
from nautobot.extras.models import DynamicGroup, Role, Status, Tag
from nautobot.tenancy.models import Tenant

from .access import RefusalError, require

_OF_DEVICES = {"content_types": "dcim.device"}


class ScopeError(RefusalError):
    """The chosen values do not make a scope."""


class DeviceScopeMixin:
    """Variables for the devices that a Job works on. They come first in the form.

    A Job that mixes this in names them all in `run()` and gives them to `DeviceScope`. It may redefine a variable to
    describe its own default.
    """

    locations = MultiObjectVar(
        model=Location, required=False, description="Devices in these locations and in all locations below them."
    )
    location_types = MultiObjectVar(
        model=LocationType,
        required=False,
        description="Devices in locations of these types and in all locations below them.",
    )
    roles = MultiObjectVar(
        model=Role, required=False, query_params=_OF_DEVICES, description="Devices with one of these roles."
    )
    tenants = MultiObjectVar(model=Tenant, required=False, description="Devices of one of these tenants.")
    tags = MultiObjectVar(
        model=Tag, required=False, query_params=_OF_DEVICES, description="Devices with at least one of these tags."
    )
    statuses = MultiObjectVar(
        model=Status, required=False, query_params=_OF_DEVICES, description="Devices with one of these statuses."
    )
    device_types = MultiObjectVar(model=DeviceType, required=False, description="Devices of one of these types.")
    platforms = MultiObjectVar(model=Platform, required=False, description="Devices with one of these platforms.")
    dynamic_group = ObjectVar(
        model=DynamicGroup,
        required=False,
        query_params={"content_type": "dcim.device"},
        description="Devices that are members of this group, as of the last time that Nautobot updated it.",
    )
    exempt_roles = MultiObjectVar(
        model=Role, required=False, query_params=_OF_DEVICES, description="Leave out devices with one of these roles."
    )
    everything = BooleanVar(
        default=False,
        description="All devices that you may view. Needed when nothing is selected above; statuses may be selected "
        "as well.",
    )


class _Selection(NamedTuple):
    label: str
    field: str  # of Device; "" for those with a rule of their own


_SELECTIONS = {
    "locations": _Selection("Locations", ""),
    "location_types": _Selection("Location types", ""),
    "roles": _Selection("Roles", "role"),
    "tenants": _Selection("Tenants", "tenant"),
    "tags": _Selection("Tags", ""),
    "statuses": _Selection("Statuses", "status"),
    "device_types": _Selection("Device types", "device_type"),
    "platforms": _Selection("Platforms", "platform"),
    "dynamic_group": _Selection("Dynamic group", ""),
}


class DeviceScope:
    """The devices chosen by the variables of `DeviceScopeMixin`, as far as the user may see (or change) them.

    Several selections narrow each other; several values of one selection add up.

    Args:
        user: the user who runs the Job.
        action: what the Job does to the devices: "view", "change" or "delete".
        default_statuses: names of the statuses taken when none is selected; none means any status.
        exempt_roles: devices with these roles are left out.
        selection: values of the variables. Nautobot gives None, "" or an empty queryset for those left empty, and
            leaves out what an API client leaves out; all of these mean "not selected".
    """

    def __init__(
        self,
        user: Any,
        action: str = "view",
        *,
        default_statuses: tuple[str, ...] = (),
        exempt_roles: Iterable[Role] | None = None,
        **selection: Any,
    ) -> None:
        if unknown := sorted(set(selection) - set(_SELECTIONS) - {"everything"}):
            raise TypeError(f"DeviceScope has no variable {', '.join(unknown)}")
        self.user = user
        self.action = action
        self.default_statuses = default_statuses
        self.exempt_roles = list(exempt_roles or ())
        self.everything = bool(selection.get("everything"))
        self.chosen = {name: chosen for name in _SELECTIONS if (chosen := _as_list(selection.get(name)))}

    def queryset(self) -> QuerySet:
        """The devices.

        Raises:
            AccessError: the user may do this to no device at all.
            ScopeError: nothing is selected, or the selection contradicts itself.
        """
        require(self.user, Device, self.action)
        self._refuse_unclear()
        devices = Device.objects.restrict(self.user, self.action)
        for name, selection in _SELECTIONS.items():
            if selection.field and name in self.chosen:
                devices = devices.filter(**{f"{selection.field}__in": self.chosen[name]})
        if {"locations", "location_types"} & set(self.chosen):
            devices = devices.filter(location__in=self._location_keys())
        if "tags" in self.chosen:  # through a subquery: a join would give a device once a tag
            devices = devices.filter(pk__in=Device.objects.filter(tags__in=self.chosen["tags"]).order_by().values("pk"))
        for group in self.chosen.get("dynamic_group", ()):
            devices = devices.filter(pk__in=group.members.order_by().values("pk"))
        if self.default_statuses and "statuses" not in self.chosen:
            devices = devices.filter(status__name__in=self.default_statuses)
        if self.exempt_roles:
            devices = devices.exclude(role__in=self.exempt_roles)
        return devices

    def describe(self) -> str:
        """The scope in words, for logs and reports: "Locations: AMS01, LON01; Statuses: Active"."""
        chosen = {name: ", ".join(str(value) for value in values) for name, values in self.chosen.items()}
        if self.default_statuses:
            chosen.setdefault("statuses", ", ".join(self.default_statuses))
        words = ["All devices"] if self.everything else []
        words += [f"{_SELECTIONS[name].label}: {text}" for name, text in chosen.items()]
        if self.exempt_roles:
            words.append(f"without roles: {', '.join(str(role) for role in self.exempt_roles)}")
        return "; ".join(words)

    def _refuse_unclear(self) -> None:
        narrowing = [_SELECTIONS[name].label for name in self.chosen if name != "statuses"]
        if self.everything and narrowing:
            raise ScopeError(
                f'"Everything" is ticked although {", ".join(narrowing)} is selected: untick it, or clear the selection.'
            )
        if not self.everything and not self.chosen:
            labels = ", ".join(selection.label for selection in _SELECTIONS.values())
            raise ScopeError(
                f'No devices are selected. Select at least one of {labels}, or tick "Everything" for all devices.'
            )
        for group in self.chosen.get("dynamic_group", ()):
            if group.model is not Device:
                raise ScopeError(f'Dynamic group: "{group}" does not contain devices. Select a group of devices.')

    def _location_keys(self) -> set[Any]:
        """Keys of all locations that are selected or below a selected one: one query, however deep the tree is."""
        tree = Location.objects.without_tree_fields().order_by().values_list("pk", "parent_id", "location_type_id")
        children, of_type = defaultdict(list), defaultdict(set)
        for pk, parent, location_type in tree:
            children[parent].append(pk)
            of_type[location_type].add(pk)

        def with_descendants(start: set[Any]) -> set[Any]:
            found, todo = set(), list(start)
            while todo:
                pk = todo.pop()
                if pk not in found:
                    found.add(pk)
                    todo += children[pk]
            return found

        tops = []
        if "locations" in self.chosen:
            tops.append({location.pk for location in self.chosen["locations"]})
        if "location_types" in self.chosen:
            tops.append(set().union(*(of_type[location_type.pk] for location_type in self.chosen["location_types"])))
        return set.intersection(*(with_descendants(top) for top in tops))


def _as_list(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, (QuerySet, list, tuple, set)) else [value]
