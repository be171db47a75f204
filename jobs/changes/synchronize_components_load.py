"""Devices, the modules in them, their types and their components: some queries for each kind, however many devices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.contrib.contenttypes.fields import GenericRelation
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from nautobot.dcim.models import Device, DeviceType, Module, ModuleType
from nautobot.extras.models import Note

from ..toolkit.access import visible
from ..toolkit.compat import MODULE_TO_DEVICE, module_device_value
from ..toolkit.components import Kind
from ..toolkit.usage import unused
from .synchronize_components_match import in_order

_CHUNK = 1000
# Foreign keys that say where a component is or what it is, not what uses it; and relations that are no use.
_NO_USE = {
    "device",
    "module",
    "parent_device",
    "parent_module",
    "status",
    "role",
    "power_port",
    "rear_port",
    "module_family",
}
_NO_USE_RELATIONS = {
    "tagged_items",
    "cable_paths",
    "associated_data_compliance",
    "source_for_associations",
    "destination_for_associations",
}


class Place(NamedTuple):
    """A device, or a module in one."""

    device: Any
    module: Any = None

    @property
    def key(self) -> tuple[str, Any]:
        """Of the device or the module."""
        return ("module", self.module.pk) if self.module else ("device", self.device.pk)

    @property
    def type_key(self) -> tuple[str, Any]:
        """Field and key of its type."""
        if self.module:
            return "module_type", self.module.module_type_id
        return "device_type", self.device.device_type_id

    def owner_field(self, kind: Kind) -> str:
        """The field of a component for this place."""
        return kind.module if self.module else kind.device


class Stock:
    """Up to a thousand devices with what is in them, and the templates of their types.

    Args:
        user: who runs the Job: what may not be viewed does not exist.
        keys: primary keys of the devices.
        kinds: of components.
        modules: read modules and their components as well.

    Attributes:
        places: primary keys of devices to the device and its modules.
        types: what is readable of their types: ("device_type", primary key).
        templates: by key of the kind and type.
        components: by key of the kind and place.
        slots: primary keys of modules to positions of the bays that they are in, innermost first.
        occupied: primary keys of module bays with a module in them.
    """

    def __init__(self, user: Any, keys: Sequence[Any], kinds: Sequence[Kind], *, modules: bool) -> None:
        self._user = user
        devices = visible(user, Device).filter(pk__in=keys).select_related("device_type__manufacturer").in_bulk()
        self.slots: dict[Any, list[str]] = {}
        self.occupied: set[Any] = set()
        self.places = {pk: [Place(device)] for pk, device in devices.items()}
        self._load_modules(modules)
        places = [place for found in self.places.values() for place in found]
        wanted = {place.type_key for place in places}
        self.types = {
            (field, pk)
            for field, model in (("device_type", DeviceType), ("module_type", ModuleType))
            if (of_model := {pk for of, pk in wanted if of == field})
            for pk in visible(user, model).filter(pk__in=of_model).order_by().values_list("pk", flat=True)
        }
        owners: dict[str, list[Any]] = {"device": [], "module": []}
        for place in places:
            owners[place.key[0]].append(place.key[1])
        self.templates = {kind.key: self._load_templates(kind) for kind in kinds}
        self.components = {kind.key: self._load_components(kind, owners) for kind in kinds}

    def _load_modules(self, read: bool) -> None:
        keys = list(self.places)
        within = reduce(or_, (Q(**{f"{path}__in": keys}) for path in MODULE_TO_DEVICE))
        columns = ("pk", "parent_module_bay", "parent_module_bay__position", "parent_module_bay__parent_module")
        # Where modules are is asked for all of them: names of those that may be viewed have it.
        chain = {pk: rest for pk, *rest in Module._base_manager.filter(within).order_by().values_list(*columns)}
        self.occupied = {bay for bay, _, _ in chain.values()}
        if not read:
            return
        modules = visible(self._user, Module).filter(within).annotate(_device=module_device_value("pk")).order_by()
        found = []
        for module in modules.select_related("module_type__manufacturer", "parent_module_bay"):
            slots: list[str] = []
            pk, seen = module.pk, set()
            while pk in chain and pk not in seen:
                seen.add(pk)
                _, position, parent = chain[pk]
                slots += [position] if position else []
                pk = parent
            self.slots[module.pk] = slots
            found.append((len(seen), [in_order(slot) for slot in slots], str(module.pk), module))
        for *_, module in sorted(found, key=lambda each: each[:3]):
            place = self.places[module._device]
            place.append(Place(place[0].device, module))

    def _load_templates(self, kind: Kind) -> dict[tuple[str, Any], list[Any]]:
        found: defaultdict[tuple[str, Any], list[Any]] = defaultdict(list)
        for field in ("device_type", "module_type") if kind.module else ("device_type",):
            keys = [pk for of, pk in self.types if of == field]
            if keys:
                for template in kind.templates._default_manager.filter(**{f"{field}__in": keys}).order_by():
                    found[field, getattr(template, f"{field}_id")].append(template)
        for templates in found.values():
            templates.sort(key=lambda template: in_order(template.name))
        return found

    def _load_components(self, kind: Kind, keys: Mapping[str, list[Any]]) -> dict[tuple[str, Any], list[Any]]:
        found: defaultdict[tuple[str, Any], list[Any]] = defaultdict(list)
        components = visible(self._user, kind.components)
        alone = {kind.module: None} if kind.module else {}
        queries = [("device", kind.device, components.filter(**alone))]
        if kind.module:
            queries.append(("module", kind.module, components))
        for owner, field, rows in queries:
            for start in range(0, len(keys[owner]), _CHUNK):
                chunk = keys[owner][start : start + _CHUNK]
                for obj in rows.filter(**{f"{field}__in": chunk}).order_by():
                    found[owner, getattr(obj, f"{field}_id")].append(obj)
        for objects in found.values():
            objects.sort(key=lambda obj: in_order(obj.name))
        return found


def free(model: type[Model]) -> QuerySet:
    """Components that nothing uses; what belongs to a rear port or power port is another question."""
    condition = unused(model, ignoring=("dcim.frontport", "dcim.poweroutlet"))
    for field in model._meta.concrete_fields:
        if field.is_relation and field.null and field.name not in _NO_USE:
            condition &= Q(**{f"{field.name}__isnull": True})
    for many in model._meta.many_to_many:
        if many.name != "tags":
            through = many.remote_field.through._base_manager
            condition &= ~Exists(through.filter(**{many.m2m_field_name(): OuterRef("pk")}).order_by())
    for relation in model._meta.private_fields:
        if isinstance(relation, GenericRelation) and relation.name not in _NO_USE_RELATIONS:
            rows = relation.related_model._base_manager
            condition &= ~Exists(rows.filter(**{relation.object_id_field_name: OuterRef("pk")}).order_by())
    condition &= ~Exists(Note.objects.filter(assigned_object_id=OuterRef("pk")).order_by())
    return model._base_manager.filter(condition).order_by()
