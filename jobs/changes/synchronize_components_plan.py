"""Compares devices and modules with their types, and plans the differences."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Model
from nautobot.dcim.constants import NONCONNECTABLE_IFACE_TYPES
from nautobot.dcim.models import FrontPort, Interface, PowerOutlet
from nautobot.extras.models import Status

from ..toolkit.components import BY_KEY, KINDS, Kind, Owner, Part
from ..toolkit.plan import Plan
from .synchronize_components_load import Place, Stock, free
from .synchronize_components_match import (
    AUTO,
    COUNT,
    REPLACE,
    TYPE,
    convention_of,
    is_lane,
    matches,
    rendered,
    renumbered,
    trunks,
)
from .synchronize_components_policy import PROPERTY_OF, Policy

_CHUNK = 1000
# Deleted before the others move: they hold positions of rear ports.
_FIRST = ("front-ports", "power-outlets")
_BELONGING: dict[str, tuple[type[Model], str]] = {
    "rear-ports": (FrontPort, "rear_port"),
    "power-ports": (PowerOutlet, "power_port"),
}


class _Found(NamedTuple):
    """A place with what it should have, and what it has beyond that, by kind."""

    place: Place
    parts: list[Part]
    extras: dict[str, list[Any]]


class Batch:
    """Up to a thousand devices, and the modules in them.

    Args:
        plan: the plan to fill.
        policy: what is done.
        labels: primary keys of the devices to what they are called in the plan.
    """

    def __init__(self, plan: Plan, policy: Policy, labels: Mapping[Any, str]) -> None:
        self.plan = plan
        self.policy = policy
        self.labels = labels
        self._kinds = [BY_KEY[key] for key in policy.read]
        self._stock = Stock(plan.user, list(labels), self._kinds, modules=policy.modules)
        self._belonging: defaultdict[Any, set[Any]] = defaultdict(set)
        self._status: Any = None

    # Comparing

    def plan_all(self) -> None:
        """Plan all devices, one row each."""
        there = self._stock.places
        found = {pk: self._compare(there[pk]) for pk in self.labels if pk in there}
        unused_keys = self._unused(each for places in found.values() for each in places)
        for pk, places in found.items():
            with self.plan.row(self.labels[pk]):
                for each in places:
                    self._settle(each, unused_keys)

    def _compare(self, places: Sequence[Place]) -> list[_Found]:
        device = places[0].device
        on_modules = {
            kind.key: {obj.name for place in places[1:] for obj in self._stock.components[kind.key].get(place.key, ())}
            for kind in self._kinds
        }
        found, convention = [], TYPE
        for place in places:
            if place.type_key not in self._stock.types:
                with self.plan.row(self.labels[device.pk]):
                    self.plan.problem(
                        "its device type or the type of one of its modules is none that you may view. Select other "
                        "devices, or have the permission extended."
                    )
                continue
            convention = self._convention(place, convention)
            parts: list[Part] = []
            extras: dict[str, list[Any]] = {}
            by_template: dict[Any, Part] = {}
            for kind in self._kinds:
                elsewhere = set() if place.module else on_modules[kind.key]
                self._compare_kind(kind, place, convention, elsewhere, parts, extras, by_template)
            found.append(_Found(place, parts, extras))
        return found

    def _convention(self, place: Place, default: str) -> str:
        if (
            self.policy.numbering != AUTO
            or place.device.vc_position is None
            or "interfaces" not in self._stock.components
        ):
            return self.policy.numbering if self.policy.numbering != AUTO else TYPE
        templates = self._stock.templates["interfaces"].get(place.type_key, ())
        names = [template.name for template in templates if not template.mgmt_only]
        there = [obj.name for obj in self._stock.components["interfaces"].get(place.key, ())]
        return convention_of(names, place.device.vc_position, there, default)

    def _names(self, kind: Kind, template: Any, place: Place, convention: str) -> list[str]:
        """What the component may be called, first what it should be."""
        names = [template.name]
        if kind.key == "interfaces" and not template.mgmt_only:
            others = (COUNT, REPLACE, TYPE)
            names = [renumbered(template.name, place.device.vc_position, each) for each in (convention, *others)]
        if place.module and kind.key != "module-bays":
            names = [rendered(name, self._stock.slots[place.module.pk]) for name in names]
        return list(dict.fromkeys(names))

    def _compare_kind(
        self,
        kind: Kind,
        place: Place,
        convention: str,
        elsewhere: set[str],
        parts: list[Part],
        extras: dict[str, list[Any]],
        by_template: dict[Any, Part],
    ) -> None:
        templates = self._stock.templates[kind.key].get(place.type_key, ())
        objects = self._stock.components[kind.key].get(place.key, ())
        if not templates:
            return
        there = {obj.name: obj for obj in objects}
        names = [self._names(kind, template, place, convention) for template in templates]
        times = Counter(called[0] for called in names)
        if twice := sorted(name for name, count in times.items() if count > 1):
            with self.plan.row(self.labels[place.device.pk]):
                self.plan.problem(
                    f'several templates of its type give the name "{twice[0]}" to a {kind.noun}. Choose another way to '
                    "name interfaces of virtual chassis, or correct the type."
                )
            return
        found = matches(names, there)
        broken_out = trunks(there)
        for template, called, obj in zip(templates, names, found, strict=True):
            if obj is None and (called[0] in broken_out or called[0] in elsewhere):
                self.plan.keep()
                continue
            part = self._part(kind, template, called[0], obj, place)
            if kind.behind:
                part.behind = by_template.get(getattr(template, f"{kind.behind[0]}_template_id"))
                mapped = PROPERTY_OF[kind.behind[0]] in self.policy.properties and kind.key in self.policy.update
                part.follow = mapped and obj is not None and (part.behind is not None or self._empties(kind, template))
            by_template[template.pk] = part
            parts.append(part)
        if kind.key in self.policy.report | self.policy.delete:
            matched = {obj.pk for obj in found if obj is not None}
            ports = {name for called in names for name in called}
            extra = [
                obj
                for obj in objects
                if obj.pk not in matched and not is_lane(obj.name, ports) and not _is_logical(obj)
            ]
            if extra:
                extras[kind.key] = extra

    def _empties(self, kind: Kind, template: Any) -> bool:
        """Does the template's want of a power port say that the outlet belongs to none?"""
        empty = getattr(template, f"{kind.behind[0]}_template_id") is None if kind.behind else False
        return empty and self.policy.clear and kind.key == "power-outlets"

    def _part(self, kind: Kind, template: Any, name: str, obj: Any, place: Place) -> Part:
        values = {field.attname: getattr(template, field.attname) for field in kind.fields()}
        if kind.key == "module-bays":
            values["position"] = values["position"] or name  # as Nautobot's own form does
        its_type = place.module.module_type if place.module else place.device.device_type
        part = Part(kind, name, values, obj=obj, add=kind.key in self.policy.add, reason=f"as {its_type} has it")
        if obj is not None and kind.key in self.policy.update:
            part.updates = self._updates(kind, template, name, obj)
        return part

    def _updates(self, kind: Kind, template: Any, name: str, obj: Any) -> dict[str, Any]:
        updates: dict[str, Any] = {}
        if obj.name != name and "name" in self.policy.properties and self.policy.numbering != AUTO:
            updates["name"] = name
        for field in kind.fields():
            value = getattr(template, field.attname)
            wanted = PROPERTY_OF.get(field.name)
            if field.name == "type" and isinstance(obj, Interface) and "-x-" in value:
                wanted = "transceiver"  # what is plugged in decides about the type
            empty = value in (None, "") or (field.name == "power_factor" and value == field.get_default())
            if (
                wanted in self.policy.properties
                and field.name != "rear_port_position"  # goes with the rear port
                and (not empty or (self.policy.clear and field.name != "position"))
                and getattr(obj, field.attname) != value
            ):
                updates[field.name] = value
        if kind.key == "module-bays" and updates:
            if obj.pk in self._stock.occupied and ("position" in updates or not obj.position):
                # Names of components of the module have the position, and Nautobot gives a bay without one its name.
                return {} if not obj.position else {key: each for key, each in updates.items() if key != "position"}
            if not obj.position:
                updates.setdefault("position", obj.name)
        return updates

    # What uses what is too many

    def _unused(self, found: Iterable[_Found]) -> set[Any]:
        """Keys of components too many that nothing uses, apart from what belongs to them: one query a kind and thousand."""
        wanted: defaultdict[str, list[Any]] = defaultdict(list)
        for each in found:
            for key, objects in each.extras.items():
                wanted[key] += [obj.pk for obj in objects if key in self.policy.delete]
        found_free: set[Any] = set()
        for key, keys in wanted.items():
            for start in range(0, len(keys), _CHUNK):
                chunk = keys[start : start + _CHUNK]
                found_free.update(free(BY_KEY[key].components).filter(pk__in=chunk).values_list("pk", flat=True))
                if key in _BELONGING:
                    model, field = _BELONGING[key]
                    rows = model._base_manager.filter(**{f"{field}__in": chunk}).order_by()
                    for pk, behind in rows.values_list("pk", field):
                        self._belonging[behind].add(pk)
        return found_free

    def _is_held(self, key: str, obj: Any, loaded: Mapping[Any, Any]) -> bool:
        """Does a front port or outlet belong to it, when all that is planned so far is done?"""
        if key not in _BELONGING:
            return False
        model, field = _BELONGING[key]
        label = model._meta.label_lower
        for pk in self._belonging[obj.pk]:
            other = loaded.get(pk)
            if not self.plan.is_going(label, pk) and (other is None or self.plan.value(other, field).raw == obj.pk):
                return True
        return False

    # Planning

    def _settle(self, found: _Found, unused_keys: set[Any]) -> None:
        loaded = {obj.pk: obj for key in _FIRST for obj in self._stock.components.get(key, {}).get(found.place.key, ())}
        staying: dict[str, list[Any]] = defaultdict(list)
        for key in _FIRST:
            staying[key] = self._delete(found, key, unused_keys, loaded)
        others = [*found.extras.get("rear-ports", ()), *staying["front-ports"]]
        owner = Owner(self.plan, lambda part: self._new(part, found.place))
        owner.settle(found.parts, others)
        for kind in reversed(KINDS):
            if kind.key not in _FIRST:
                staying[kind.key] = self._delete(found, kind.key, unused_keys, loaded)
        told = list(self._told(found, staying))
        if told:
            where = f"module in bay {found.place.module.parent_module_bay.name}: " if found.place.module else ""
            self.plan.remark(f"{where}not of its type: {'; '.join(told)}")

    def _delete(self, found: _Found, key: str, unused_keys: set[Any], loaded: Mapping[Any, Any]) -> list[Any]:
        staying = []
        for obj in found.extras.get(key, ()):
            if obj.pk in unused_keys and not self._is_held(key, obj, loaded):
                label = obj._meta.label_lower
                self.plan.delete(obj, reason="not of its type, and not in use", along=frozenset({(label, str(obj.pk))}))
            else:
                staying.append(obj)
        return staying

    def _told(self, found: _Found, staying: Mapping[str, Sequence[Any]]) -> Iterator[str]:
        for key in found.extras:
            objects = staying[key]
            if objects and (key in self.policy.report or key in self.policy.delete):
                shown = ", ".join(obj.name for obj in objects[:20])
                more = f" and {len(objects) - 20} more" if len(objects) > 20 else ""
                in_use = " (in use)" if key in self.policy.delete else ""
                yield f"{BY_KEY[key].label.lower()} {shown}{more}{in_use}"

    def _new(self, part: Part, place: Place) -> Any:
        obj = part.kind.components(name=part.name, **part.values)
        setattr(obj, place.owner_field(part.kind), place.module or place.device)
        if isinstance(obj, Interface):
            obj.status = self._interface_status()
        return obj

    def _interface_status(self) -> Any:
        if self._status is None:
            statuses = Status.objects.get_for_model(Interface)
            self._status = statuses.filter(name="Active").first() or statuses.first()
        return self._status


def _is_logical(obj: Any) -> bool:
    """Is that an interface which no type of hardware has?"""
    return isinstance(obj, Interface) and (
        obj.type in NONCONNECTABLE_IFACE_TYPES or obj.parent_interface_id is not None
    )
