"""The components that devices and modules will have once they are created, for plans that name or change them.

Nautobot makes components from templates while it saves a new device or module, so that nobody knows their primary keys
before. Here they are made from the same templates while the plan is made, and given to `Plan.create(…, parts=…)`, which
has them written instead of Nautobot's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q
from nautobot.extras.models import CustomField, Status

from .compat import module_part_device
from .plan import Plan

# In the order of Nautobot's own create_components(): outlets need power ports, front ports need rear ports.
_MODELS = (
    "consoleport",
    "consoleserverport",
    "powerport",
    "poweroutlet",
    "interface",
    "rearport",
    "frontport",
    "devicebay",
    "modulebay",
)
# Fields of templates that point at another template: the component points at the component made of that one.
_LINKS = {"power_port_template": "power_port", "rear_port_template": "rear_port"}
_OWN = frozenset({"id", "created", "last_updated", "_name", "_custom_field_data", "device_type", "module_type"})
_CHUNK = 1000


class NewComponents:
    """Makes components of templates: one question a kind of component and a thousand types, whatever is made of them.

    Args:
        types: device types and module types of what is going to be created, that are in the database.
        plan: where these types and their templates may be changed before.
    """

    def __init__(self, types: Iterable[Any], plan: Plan | None = None) -> None:
        self._templates: defaultdict[Any, list[tuple[str, Any]]] = defaultdict(list)
        self._plan = plan
        keys = sorted({each.pk for each in types}, key=str)
        if keys:
            for name in _MODELS:
                self._load(name, keys)

    def add(self, template: Any) -> None:
        """A template that the plan creates."""
        name = template._meta.model_name.removesuffix("template")
        owner_key = template.device_type_id or getattr(template, "module_type_id", None)
        self._templates[owner_key].append((name, template))
        self._templates[owner_key].sort(key=lambda each: _MODELS.index(each[0]))

    @cached_property
    def _interface_status(self) -> Any:
        active = Status.objects.get_for_model(apps.get_model("dcim.interface"))
        return active.filter(name="Active").first() or active.first()

    @cached_property
    def _custom(self) -> dict[str, dict[str, Any]]:
        """What custom fields are by default, for each kind of component."""
        found: dict[str, dict[str, Any]] = {name: {} for name in _MODELS}
        kinds = {ContentType.objects.get_for_model(apps.get_model("dcim", name)).pk: name for name in _MODELS}
        fields = CustomField.objects.filter(content_types__in=kinds).order_by("pk")
        for key, default, kind in fields.values_list("key", "default", "content_types"):
            if kind in kinds:
                found[kinds[kind]][key] = default
        return found

    def _load(self, name: str, keys: list[Any]) -> None:
        model: Any = apps.get_model("dcim", f"{name}template")
        owners = [each for each in ("device_type", "module_type") if _has(model, each)]
        links = [each for each in _LINKS if _has(model, each)]
        for start in range(0, len(keys), _CHUNK):
            chunk = keys[start : start + _CHUNK]
            wanted = Q()
            for owner in owners:
                wanted |= Q(**{f"{owner}__in": chunk})
            for template in model.objects.filter(wanted).select_related(*links):
                owner_key = next(key for each in owners if (key := getattr(template, f"{each}_id")))
                self._templates[owner_key].append((name, template))

    def of(self, owner: Any) -> list[Any]:
        """The components of a device or a module that is going to be created."""
        return self.of_device(owner) if owner._meta.model_name == "device" else self.of_module(owner)

    def of_device(self, device: Any) -> list[Any]:
        """The components of a device that is going to be created."""
        return list(self._make(device.device_type_id, {"device": device}, {"parent_device": device}))

    def of_module(self, module: Any) -> list[Any]:
        """The components of a module that is going to be created, named as its bay says."""
        device = module_part_device(module)
        parts = list(
            self._make(
                module.module_type_id,
                {"module": module, "device": device},
                {"parent_module": module, "parent_device": device},
            )
        )
        for part in parts:
            if hasattr(part, "render_name_template"):
                part.render_name_template()
        return parts

    def _make(self, type_key: Any, owner: dict[str, Any], bay_owner: dict[str, Any]) -> Iterator[Any]:
        made: dict[tuple[str, Any], Any] = {}  # what was made of a template
        for name, template in self._templates[type_key]:
            model: Any = apps.get_model("dcim", name)
            values: dict[str, Any] = dict(bay_owner if name == "modulebay" else owner)
            for field in template._meta.concrete_fields:
                if field.name in _LINKS:
                    target = _LINKS[field.name]
                    key = (target.replace("_", ""), getattr(template, field.attname))
                    values[target] = made.get(key)
                elif field.name not in _OWN and _has(model, field.name):
                    values[field.name] = self._value(template, field)
            if name == "interface":
                values["status"] = self._interface_status
            part = model(**values, _custom_field_data=dict(self._custom[name]))
            made[name, template.pk] = part
            yield part

    def _value(self, template: Any, field: Any) -> Any:
        if self._plan is None or field.is_relation:
            return getattr(template, field.name)
        return self._plan.value(template, field.name).raw


def _has(model: type[Model], name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)
