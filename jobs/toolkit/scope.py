"""Scope: which objects a Job works on. The same variables, and the same rules, for every Job.

An empty selection never means everything: that takes a tick of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property, reduce
from operator import or_
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, uuid5

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from nautobot.apps.jobs import BooleanVar, MultiObjectVar, ObjectVar
from nautobot.dcim.models import Device, DeviceType, Location, LocationType, Platform
from nautobot.extras.models import DynamicGroup, Role, Status, Tag
from nautobot.tenancy.models import Tenant

from .access import RefusalError, require, visible
from .subjects import REACHED, Subject, subject_of

_OF_DEVICES = {"content_types": "dcim.device"}


class One(NamedTuple):
    """An object that is given to a scope, be it there or not.

    Args:
        label: of its model, in lower case.
        pk: its primary key.
        name: what it is called.
    """

    label: str
    pk: Any
    name: str

    @classmethod
    def of(cls, obj: Any) -> One:
        """That of an object of the database."""
        return cls(obj._meta.label_lower, obj.pk, str(obj))


class ScopeError(RefusalError):
    """The chosen values do not make a scope."""


class DeviceScopeMixin:
    """Variables for the devices that a Job works on. They come first in the form.

    A Job that mixes this in names them all in `run()` and gives them to `Scope`. It may redefine a variable to
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


class ScopeMixin:
    """Variables for the objects of several models that a Job works on. They come first in the form.

    A selection contains the objects that have what is selected: locations narrow circuits by their terminations,
    interfaces by their devices, and contain no tag and no user account at all (see `subjects`).
    """

    locations = MultiObjectVar(
        model=Location, required=False, description="What is in these locations and in all locations below them."
    )
    location_types = MultiObjectVar(
        model=LocationType,
        required=False,
        description="What is in locations of these types and in all locations below them.",
    )
    tenants = MultiObjectVar(model=Tenant, required=False, description="What belongs to one of these tenants.")
    tags = MultiObjectVar(model=Tag, required=False, description="What has at least one of these tags.")
    statuses = MultiObjectVar(
        model=Status,
        required=False,
        description="What has one of these statuses. If none is selected: Active for devices and virtual machines and "
        "what is on them, any for all else.",
    )
    everything = BooleanVar(
        default=False,
        description="All that you may view. Needed when nothing is selected above; statuses may be selected as well.",
    )


_LABELS = {
    "locations": "Locations",
    "location_types": "Location types",
    "roles": "Roles",
    "tenants": "Tenants",
    "tags": "Tags",
    "statuses": "Statuses",
    "device_types": "Device types",
    "platforms": "Platforms",
    "dynamic_group": "Dynamic group",
}
_DEVICE, _MACHINE = "dcim.device", "virtualization.virtualmachine"
_MOST_NAMED = 5
# Paths with several objects at their end: a join would give an object once for each.
_MANY = ("tags", "locations", "interfaces", "vm_interfaces", "circuit_terminations")


class Scope:
    """The objects chosen by the variables of `DeviceScopeMixin` or `ScopeMixin`, as far as the user may see (or change) them.

    Several selections narrow each other; several values of one selection add up. What is part of a device or of a
    virtual machine is in scope when that is.

    Args:
        user: the user who runs the Job.
        action: what the Job does to the objects: "view", "change" or "delete".
        default_statuses: names of the statuses of devices and virtual machines taken when none is selected; none means
            any status.
        exempt_roles: devices with these roles are left out.
        offered: the variables that the Job has; all by default.
        objects: objects one by one, which no form has: what a button is pressed on, what a hook is about. With them are
            what is part of them, and for racks, prefixes and circuits what is in them (`subjects.REACHED`).
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
        offered: Iterable[str] = tuple(_LABELS),
        objects: Iterable[One] = (),
        **selection: Any,
    ) -> None:
        if unknown := sorted(set(selection) - set(_LABELS) - {"everything"}):
            raise TypeError(f"Scope has no variable {', '.join(unknown)}")
        self.user = user
        self.action = action
        self.default_statuses = default_statuses
        self.exempt_roles = list(exempt_roles or ())
        self.offered = [name for name in _LABELS if name in set(offered)]
        self.everything = bool(selection.get("everything"))
        self.objects = list(objects)
        self._keys: defaultdict[str, set[Any]] = defaultdict(set)
        for obj in self.objects:
            self._keys[obj.label].add(obj.pk)
        self.chosen = {name: chosen for name in _LABELS if (chosen := _as_list(selection.get(name)))}

    def queryset(self) -> QuerySet:
        """The devices. See `of`."""
        return self.of(_DEVICE)

    def of(self, label: str, *, any_status: bool = False) -> QuerySet:
        """The objects of a model, by its label in lower case: "dcim.interface".

        Args:
            label: of the model.
            any_status: do without `default_statuses`.

        Raises:
            AccessError: the user may do this to no object of that model at all.
            ScopeError: nothing is selected, or the selection contradicts itself.
        """
        self.refuse_unclear()
        model = apps.get_model(label)
        require(self.user, model, self.action)
        return visible(self.user, model, self.action).filter(self.condition(label, model, any_status=any_status))

    def condition(self, label: str, model: type[Model], *, any_status: bool = False) -> Q:
        """Condition for objects of a model: what is selected contains them. Who may see them is another question."""
        subject = subject_of(label)
        if self.objects and not self.includes(label):
            return Q(pk__in=[])
        if subject.devices or subject.machines:
            return self._part_of(label, model, subject, any_status)
        condition = self._one_of(label, model) if self.objects else Q()
        for name, chosen in self.chosen.items():
            if name == "dynamic_group":
                if label != _DEVICE:
                    return Q(pk__in=[])
                for group in chosen:
                    condition &= Q(pk__in=group.members.order_by().values("pk"))
                continue
            variable = "locations" if name == "location_types" else name
            if variable not in subject.paths:
                return Q(pk__in=[])
            values = self._location_keys if variable == "locations" else chosen
            condition &= _reached(model, subject.paths[variable], values)
        if label in (_DEVICE, _MACHINE):
            if self.default_statuses and not self.objects and "statuses" not in self.chosen and not any_status:
                condition &= Q(status__name__in=self.default_statuses)
            if self.exempt_roles:
                condition &= ~Q(role__in=self.exempt_roles)
        return condition

    def includes(self, label: str) -> bool:
        """May there be objects of that model in scope? Always, unless objects were given one by one."""
        if not self.objects or label in self._keys:
            return True
        subject = subject_of(label)
        if any(holder in self._keys for holder in REACHED.get(label, ())):
            return True
        return any(
            paths and self.includes(of) for of, paths in ((_DEVICE, subject.devices), (_MACHINE, subject.machines))
        )

    def _one_of(self, label: str, model: type[Model]) -> Q:
        """Condition: one of the objects given, or in one of them."""
        condition = Q(pk__in=self._keys.get(label, ()))
        for holder, paths in REACHED.get(label, {}).items():
            if holder in self._keys:
                condition |= _reached(model, paths, self._keys[holder])
        return condition

    def _part_of(self, label: str, model: type[Model], subject: Subject, any_status: bool) -> Q:
        any_status = any_status or subject.independent or not self.default_statuses
        if self.everything and not self.chosen and not self.exempt_roles and any_status:
            return Q()
        condition = self._one_of(label, model) if self.objects else Q(pk__in=[])
        for of, paths in ((_DEVICE, subject.devices), (_MACHINE, subject.machines)):
            if paths and self.includes(of):
                owner = apps.get_model(of)
                owners = owner._default_manager.filter(self.condition(of, owner, any_status=any_status)).order_by()
                condition |= _reached(model, paths, owners.values("pk"))
        return condition

    @property
    def key(self) -> str:
        """A UUID that is the same for the same selection, however it is written."""
        chosen = {name: sorted(str(value.pk) for value in values) for name, values in self.chosen.items()}
        exempt = sorted(str(role.pk) for role in self.exempt_roles)
        if self.objects:
            chosen["objects"] = sorted(str(obj.pk) for obj in self.objects)
        return str(uuid5(NAMESPACE_OID, repr((self.everything, sorted(chosen.items()), self.default_statuses, exempt))))

    def describe(self) -> str:
        """The scope in words, for logs and reports: "Locations: AMS01, LON01; Statuses: Active"."""
        chosen = {name: ", ".join(str(value) for value in values) for name, values in self.chosen.items()}
        if self.default_statuses and not self.objects:
            chosen.setdefault("statuses", ", ".join(self.default_statuses))
        all_of_it = "All devices" if "device_types" in self.offered else "Everything"
        words = [all_of_it] if self.everything else []
        if self.objects:
            more = f" and {len(self.objects) - _MOST_NAMED} more" if len(self.objects) > _MOST_NAMED else ""
            words += [", ".join(obj.name for obj in self.objects[:_MOST_NAMED]) + more]
        words += [f"{_LABELS[name]}: {text}" for name, text in chosen.items()]
        if self.exempt_roles:
            words.append(f"without roles: {', '.join(str(role) for role in self.exempt_roles)}")
        return "; ".join(words)

    def refuse_unclear(self) -> None:
        """Raise `ScopeError` if nothing is selected, or if the selection contradicts itself."""
        narrowing = [_LABELS[name] for name in self.chosen if name != "statuses"]
        if self.everything and narrowing:
            raise ScopeError(
                f'"Everything" is ticked although {", ".join(narrowing)} is selected: untick it, or clear the selection.'
            )
        if not self.everything and not self.chosen and not self.objects:
            labels = ", ".join(_LABELS[name] for name in self.offered)
            raise ScopeError(f'Nothing is selected. Select at least one of {labels}, or tick "Everything".')
        for group in self.chosen.get("dynamic_group", ()):
            if group.model is not Device:
                raise ScopeError(f'Dynamic group: "{group}" does not contain devices. Select a group of devices.')

    @cached_property
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


def _reached(model: type[Model], paths: tuple[str, ...], values: Any) -> Q:
    """Condition: one of the paths of an object ends at one of the values."""
    reached = reduce(or_, (Q(**{f"{path}__in": values}) for path in paths))
    if len(paths) == 1 and not any(part in _MANY for part in paths[0].split("__")):
        return reached
    # In a subquery of its own for each path: with OR over several the database cannot use its indexes.
    return reduce(
        or_,
        (Q(pk__in=model._default_manager.filter(**{f"{path}__in": values}).order_by().values("pk")) for path in paths),
    )


def _as_list(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, (QuerySet, list, tuple, set)) else [value]
