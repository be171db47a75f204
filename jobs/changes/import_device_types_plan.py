"""Compares definitions with the device types and module types that exist, and plans the differences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from nautobot.dcim.models import DeviceType, Manufacturer, ModuleType

from ..toolkit.access import RefusalError, visible
from ..toolkit.components import KINDS, Kind, Owner, Part
from ..toolkit.plan import Plan
from .import_device_types_read import Component, Definition

LEAVE, UPDATE, MIRROR = "leave", "update", "mirror"
_CHUNK = 1000
_FIELD_OF = {DeviceType: "device_type", ModuleType: "module_type"}


class TypePlanner:
    """Plans definitions, each as a row.

    Args:
        plan: the plan to fill.
        definitions: those without problems.
        existing: what is done about types that exist.
        create_manufacturers: create those that do not exist.
    """

    def __init__(
        self, plan: Plan, definitions: Sequence[Definition], existing: str, *, create_manufacturers: bool
    ) -> None:
        self.plan = plan
        self.definitions = definitions
        self.existing = existing
        self._create = create_manufacturers
        self._manufacturers = self._load_manufacturers()
        self._types = self._load_types()
        self._templates = {kind.key: self._load_templates(kind) for kind in KINDS}

    # Loading

    def _load_manufacturers(self) -> dict[str, Any]:
        """Manufacturers by names of the files; those that differ in capital letters only are the same."""
        by_name: dict[str, Any] = {}
        alike: defaultdict[str, list[Any]] = defaultdict(list)
        for manufacturer in visible(self.plan.user, Manufacturer).order_by("name", "pk"):
            by_name[manufacturer.name] = manufacturer
            alike[manufacturer.name.casefold()].append(manufacturer)
        found = {}
        for name in sorted({definition.manufacturer for definition in self.definitions}):
            same = alike[name.casefold()]
            found[name] = by_name.get(name) or (same[0] if len(same) == 1 else None)
            if found[name] is None and self._create and not same:
                found[name] = self.plan.create(Manufacturer(name=name), reason="named by a file")
                alike[name.casefold()].append(found[name])
        return found

    def _load_types(self) -> dict[tuple[Any, Any, str], Any]:
        keys = [each.pk for each in self._manufacturers.values() if each is not None]
        names = sorted({definition.name for definition in self.definitions})
        found = {}
        for model in _FIELD_OF:
            types = visible(self.plan.user, model).filter(manufacturer__in=keys).select_related("manufacturer")
            for start in range(0, len(names), _CHUNK):
                for each in types.filter(model__in=names[start : start + _CHUNK]).order_by():
                    found[model, each.manufacturer_id, each.model] = each
        return found

    def _load_templates(self, kind: Kind) -> dict[Any, dict[str, Any]]:
        """Templates of the types that exist, by type and name."""
        found: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
        for model, field in _FIELD_OF.items():
            keys = [each.pk for of, each in ((key[0], each) for key, each in self._types.items()) if of is model]
            if not keys or (model is ModuleType and not kind.module):
                continue
            templates = visible(self.plan.user, kind.templates)
            for start in range(0, len(keys), _CHUNK):
                chunk = keys[start : start + _CHUNK]
                for template in templates.filter(**{f"{field}__in": chunk}).order_by("name", "pk"):
                    found[getattr(template, f"{field}_id")][template.name] = template
        return found

    # Planning

    def plan_all(self) -> None:
        """Plan all of them."""
        for definition in self.definitions:
            with self.plan.row(definition.label):
                self._plan_one(definition)

    def _plan_one(self, definition: Definition) -> None:
        manufacturer = self._manufacturers[definition.manufacturer]
        if manufacturer is None:
            raise RefusalError(
                f'manufacturer: there is no one manufacturer "{definition.manufacturer}" that you may view. Create it, '
                "or tick “Create manufacturers”."
            )
        its_type = self._types.get((definition.model, manufacturer.pk, definition.name))
        reason = f"as {definition.label.rpartition('/')[2]} has it"
        if its_type is None:
            new = definition.model(manufacturer=manufacturer, model=definition.name, **definition.values)
            self._settle(definition, self.plan.create(new, reason=reason), reason)
        elif self.existing == LEAVE:
            self.plan.keep()
        else:
            self._update(definition, its_type, reason)

    def _update(self, definition: Definition, its_type: Any, reason: str) -> None:
        values = self._complete(its_type, definition.values, _FIELDS[definition.model])
        # Bays need a parent: they come after it has become one, and go before it is none any more.
        last = {name: values.pop(name) for name in ("subdevice_role",) if not values.get(name, "p").startswith("p")}
        bays = last and self._templates["device-bays"].get(its_type.pk)
        if last and not bays:
            values |= last
        self.plan.update(its_type, reason=reason, **values)
        self._settle(definition, its_type, reason)
        if bays:
            self.plan.update(its_type, reason=reason, **last)

    def _complete(self, obj: Any, values: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
        """The values; where all is to be as in the file, the others as they are by default."""
        if self.existing != MIRROR:
            return dict(values)
        fields = {each.name: each for each in obj._meta.concrete_fields}
        return {name: fields[name].get_default() for name in names if name in fields} | values

    def _settle(self, definition: Definition, its_type: Any, reason: str) -> None:
        parts: list[Part] = []
        extras: dict[str, list[Any]] = {}
        by_name: dict[tuple[str, str], Part] = {}
        for kind in KINDS:
            there = self._templates[kind.key].get(its_type.pk, {})
            wanted = definition.components.get(kind.key, [])
            for component in wanted:
                part = self._part(kind, component, there.get(component.name), reason)
                if kind.behind:
                    part.behind = by_name.get((kind.behind[1], component.behind))
                    part.follow = part.obj is not None and (part.behind is not None or self.existing == MIRROR)
                by_name[kind.key, component.name] = part
                parts.append(part)
            names = {component.name for component in wanted}
            extras[kind.key] = [template for name, template in there.items() if name not in names]
        mirror = self.existing == MIRROR
        for kind in KINDS:
            if mirror and kind.behind:
                self._delete(extras[kind.key], reason)
        owner = Owner(self.plan, lambda part: self._new(part, definition.model, its_type), "_template")
        owner.settle(parts, [] if mirror else [*extras["rear-ports"], *extras["front-ports"]])
        for kind in KINDS:
            if mirror and not kind.behind:
                self._delete(extras[kind.key], reason)

    def _delete(self, templates: Iterable[Any], reason: str) -> None:
        for template in templates:
            own = (template._meta.label_lower, str(template.pk))
            self.plan.delete(template, reason=reason.replace("as ", "not as ", 1), along=frozenset({own}))

    def _part(self, kind: Kind, component: Component, obj: Any, reason: str) -> Part:
        part = Part(kind, component.name, component.values, obj=obj, reason=reason)
        if obj is not None:
            names = [field.name for field in kind.fields() if field.name not in _NOT_IN_FILES]
            values = self._complete(obj, component.values, names)
            values.pop("rear_port_position", None)  # goes with the rear port
            part.updates = values
        return part

    def _new(self, part: Part, model: Any, its_type: Any) -> Any:
        return part.kind.templates(name=part.name, **part.values, **{_FIELD_OF[model]: its_type})


_FIELDS = {
    DeviceType: ("part_number", "u_height", "is_full_depth", "subdevice_role", "comments"),
    ModuleType: ("part_number", "comments"),
}
# The format does not know these.
_NOT_IN_FILES = {"module_family", "requires_first_party_modules", "power_factor", "port_type"}
