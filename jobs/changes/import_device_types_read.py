"""Definitions of device types and module types in the format of the community's devicetype-library, read line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml
from nautobot.dcim.models import DeviceType, ModuleType

from ..toolkit.components import BY_KEY, KINDS, Kind
from .import_device_types_archive import Text

_MOST_COMPONENTS = 5000
_PLAIN_TAGS = {f"tag:yaml.org,2002:{each}" for each in ("str", "int", "float", "bool", "null", "timestamp")}
_TRUE, _FALSE = ("true", "yes", "on"), ("false", "no", "off")
_TYPE_FIELDS = ("part_number", "u_height", "is_full_depth", "subdevice_role", "comments")
# What newer versions of Nautobot may have a field for.
_MAYBE = ("airflow", "weight", "weight_unit", "description")
# Part of the format; Nautobot has no place for it, or another one.
_SILENT = {"slug", "front_image", "rear_image"}
_REMARKED = {
    "airflow",
    "weight",
    "weight_unit",
    "description",
    "inventory-items",
    "is_powered",
    "profile",
    "attributes",
}
_NOT_OF_MODULES = ("u_height", "is_full_depth", "subdevice_role", "slug", "device-bays")
# Of components: fields that the format has and Nautobot has not.
_COMPONENT_REMARKED = {"poe_mode", "poe_type", "rf_role", "enabled", "bridge", "color", "rear_ports"}
# The format's names for what a component belongs to, and their positions.
_BEHIND = {"power-outlets": "power_port", "front-ports": "rear_port"}


@dataclass
class Component:
    """One component of a definition: its name, the values of its fields, and the name of what it belongs to."""

    name: str
    line: int
    values: dict[str, Any] = field(default_factory=dict)
    behind: str = ""


@dataclass
class Definition:
    """A device type or module type as a file has it.

    Args:
        path: of the file.
        line: where it begins.
        model: DeviceType or ModuleType.
        manufacturer: its name.
        name: of the model.
        values: fields that the file names to their values.
        components: by key of the kind, those that the file has.
        problems: what is wrong with it, with file and line.
        ignored: what Nautobot has no place for.
    """

    path: str
    line: int = 1
    model: Any = DeviceType
    manufacturer: str = ""
    name: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    components: dict[str, list[Component]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    ignored: set[str] = field(default_factory=set)

    @property
    def label(self) -> str:
        """For rows of the plan: the file, and the line if it has several definitions."""
        return self.path if self.line == 1 else f"{self.path}, line {self.line}"

    def bad(self, node: Any, where: str, why: str) -> None:
        """Note a problem."""
        self.problems.append(f"line {_line(node)}: {where}: {why}")


class _Entry(NamedTuple):
    """A key of a mapping, and where it stands."""

    node: Any
    value: Any


def read(text: Text, *, other: bool) -> list[Definition]:
    """The definitions of a file; problems are in them.

    Args:
        text: the file.
        other: take types of components that Nautobot does not know for “other”.
    """
    try:
        decoded = text.content.decode("utf-8-sig")
        # Aliases let a small file become a huge one.
        for token in yaml.scan(decoded, Loader=yaml.SafeLoader):
            if isinstance(token, (yaml.AliasToken, yaml.AnchorToken)):
                line = token.start_mark.line + 1
                return [
                    _broken(text, f"line {line}: it has YAML anchors (&name) or aliases (*name). Write each entry out.")
                ]
        nodes = [node for node in yaml.compose_all(decoded, Loader=yaml.SafeLoader) if node is not None]
    except UnicodeDecodeError:
        return [_broken(text, "it is not encoded in UTF-8.")]
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        where = f"line {place.line + 1}: " if place else ""
        return [_broken(text, f"{where}it is not YAML: {getattr(error, 'problem', None) or error}.")]
    except RecursionError:
        return [_broken(text, "it is nested too deep.")]
    if not nodes:
        return [_broken(text, "there is nothing in it.")]
    several = len(nodes) > 1
    return [_Reader(text.path, _line(node) if several else 1, other).read(node) for node in nodes]


def _broken(text: Text, problem: str) -> Definition:
    return Definition(text.path, problems=[problem])


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


class _Reader:
    """Reads one definition."""

    def __init__(self, path: str, line: int, other: bool) -> None:
        self.definition = Definition(path, line)
        self._other = other

    def read(self, node: Any) -> Definition:
        definition = self.definition
        entries = self._mapping(node, "the definition")
        if entries is None:
            return definition
        definition.model = self._model_of(entries)
        definition.manufacturer = self._text(entries, "manufacturer", "", 255, required=True, node=node) or ""
        definition.name = self._text(entries, "model", "", 255, required=True, node=node) or ""
        known = {"manufacturer", "model", *_TYPE_FIELDS, *(kind.key for kind in KINDS)}
        self._unknown(entries, "", known, _SILENT, _REMARKED)
        fields = {each.name: each for each in definition.model._meta.concrete_fields}
        for name in (*_TYPE_FIELDS, *_MAYBE):
            if name in entries and name in fields:
                self._field(entries, name, fields[name], "", definition.values)
            elif name in entries and name in _TYPE_FIELDS:
                definition.bad(entries[name].node, name, "a module type has no such field.")
        for kind in KINDS:
            if kind.key in entries:
                self._components(kind, entries[kind.key])
        self._belonging()
        self._roles(entries)
        return definition

    def _model_of(self, entries: Mapping[str, _Entry]) -> Any:
        folders = self.definition.path.lower().split("/")[:-1]
        if "module-types" in folders:
            return ModuleType
        if "device-types" in folders or any(name in entries for name in _NOT_OF_MODULES):
            return DeviceType
        return ModuleType

    # Nodes

    def _mapping(self, node: Any, where: str) -> dict[str, _Entry] | None:
        if not isinstance(node, yaml.MappingNode):
            self.definition.bad(node, where, "it has to be a mapping: “name: eth0”.")
            return None
        entries: dict[str, _Entry] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if not name or name in entries:
                self.definition.bad(key, where, f"“{name}” is there twice." if name else "a key has to be a word.")
            else:
                entries[name] = _Entry(key, value)
        return entries

    def _unknown(
        self, entries: Mapping[str, _Entry], where: str, known: set[str], silent: set[str], remarked: set[str]
    ) -> None:
        for name, entry in entries.items():
            if name in known or name in silent:
                continue
            if name in remarked:
                if not self._has_field(where, name):
                    self.definition.ignored.add(f"{where.partition('[')[0]}.{name}".lstrip("."))
            else:
                self.definition.bad(entry.node, f"{where}.{name}".lstrip("."), "there is no such field.")

    def _has_field(self, where: str, name: str) -> bool:
        return not where and any(each.name == name for each in self.definition.model._meta.concrete_fields)

    def _plain(self, entries: Mapping[str, _Entry], name: str, where: str) -> Any:
        """The node of a single value; None if there is none."""
        if name not in entries:
            return None
        node = entries[name].value
        if not isinstance(node, yaml.ScalarNode) or node.tag not in _PLAIN_TAGS:
            self.definition.bad(node, f"{where}{name}", "it has to be a single value.")
            return None
        return None if node.tag.endswith(":null") else node

    def _text(
        self, entries: Mapping[str, _Entry], name: str, where: str, longest: int | None, *, required: bool, node: Any
    ) -> str | None:
        value = self._plain(entries, name, where)
        if value is None:
            here = entries[name].value if name in entries else None
            if required and (here is None or (isinstance(here, yaml.ScalarNode) and here.tag.endswith(":null"))):
                self.definition.bad(
                    entries[name].node if here is not None else node, f"{where}{name}", "a value is missing."
                )
            return None
        text = str(value.value).strip()
        if required and not text:
            self.definition.bad(value, f"{where}{name}", "a value is missing.")
        elif longest and len(text) > longest:
            self.definition.bad(value, f"{where}{name}", f"it has more than {longest} characters.")
        elif any(ord(sign) < 32 and sign not in "\t\r\n" for sign in text):
            self.definition.bad(value, f"{where}{name}", "it has control characters in it.")
        else:
            return text
        return None

    def _field(
        self, entries: Mapping[str, _Entry], name: str, model_field: Any, where: str, values: dict[str, Any]
    ) -> None:
        """Read a field by the kind of the model's field."""
        node = self._plain(entries, name, where)
        if node is None:
            return
        kind = model_field.get_internal_type()
        if kind == "BooleanField":
            values |= self._read(node, f"{where}{name}", name, _boolean)
        elif kind in ("PositiveSmallIntegerField", "PositiveIntegerField", "IntegerField"):
            values |= self._read(node, f"{where}{name}", name, _whole)
        elif kind in ("DecimalField", "FloatField"):
            values |= self._read(node, f"{where}{name}", name, model_field.to_python)
        else:
            text = self._text(entries, name, where, model_field.max_length, required=False, node=node)
            if text is not None:
                values |= self._chosen(node, text, name, model_field, where)

    def _read(self, node: Any, where: str, name: str, parse: Callable[[str], Any]) -> dict[str, Any]:
        try:
            return {name: parse(node.value)}
        except Exception as error:  # of Django's fields: ValidationError, of these here: ValueError
            messages = getattr(error, "messages", None) or [str(error)]
            self.definition.bad(node, where, f'"{node.value[:50]}": {" ".join(messages)}')
            return {}

    def _chosen(self, node: Any, text: str, name: str, model_field: Any, where: str) -> dict[str, Any]:
        choices = dict(model_field.flatchoices) if model_field.choices else {}
        if not choices or text in choices or (not text and model_field.blank):
            return {name: text}
        if name == "type" and self._other and "other" in choices:
            self.definition.ignored.add(f"type {text[:50]}, taken for other")
            return {name: "other"}
        self.definition.bad(node, f"{where}{name}", f'"{text[:50]}": this Nautobot does not know it.')
        return {}

    # Components

    def _components(self, kind: Kind, entry: _Entry) -> None:
        definition, node = self.definition, entry.value
        if isinstance(node, yaml.ScalarNode) and node.tag.endswith(":null"):
            definition.components[kind.key] = []
            return
        if not isinstance(node, yaml.SequenceNode):
            definition.bad(node, kind.key, "it has to be a list: “- name: eth0”.")
            return
        if definition.model is ModuleType and not kind.module:
            definition.bad(entry.node, kind.key, "a module type has none of these.")
            return
        if len(node.value) > _MOST_COMPONENTS:
            definition.bad(node, kind.key, f"it has more than {_MOST_COMPONENTS} entries.")
            return
        read = [self._component(kind, each, f"{kind.key}[{number}]") for number, each in enumerate(node.value)]
        found = [each for each in read if each is not None]
        definition.components[kind.key] = found
        for name, times in Counter(each.name for each in found).items():
            if times > 1:
                lines = ", ".join(str(each.line) for each in found if each.name == name)
                definition.bad(node, kind.key, f"“{name}” is there {times} times, in lines {lines}.")

    def _component(self, kind: Kind, node: Any, where: str) -> Component | None:
        entries = self._mapping(node, where)
        if entries is None:
            return None
        fields = {each.name: each for each in kind.templates._meta.concrete_fields}
        usable = {each.name for each in kind.fields()} - {"module_family", "requires_first_party_modules"}
        behind = _BEHIND.get(kind.key, "")
        self._unknown(entries, where, {"name", behind, *usable}, set(), _COMPONENT_REMARKED)
        name = self._text(entries, "name", f"{where}.", fields["name"].max_length, required=True, node=node)
        component = Component(name or "", _line(node))
        for each in sorted(usable & set(entries)):
            self._field(entries, each, fields[each], f"{where}.", component.values)
        if "type" in usable and not fields["type"].blank and "type" not in entries:
            self.definition.bad(node, f"{where}.type", "a value is missing.")
        if behind:
            required = kind.key == "front-ports"
            component.behind = self._text(entries, behind, f"{where}.", None, required=required, node=node) or ""
        return component if name else None

    def _belonging(self) -> None:
        """Do the power ports of outlets and the positions of rear ports exist, and is each taken once?"""
        components = self.definition.components
        for key, behind in _BEHIND.items():
            kind = BY_KEY[BY_KEY[key].behind[1]]  # type: ignore[index]
            there = {each.name: each for each in components.get(kind.key, ())}
            taken: dict[tuple[str, int], str] = {}
            for each in components.get(key, ()):
                if each.behind and each.behind not in there:
                    self._at(each, key, f"{behind} “{each.behind}” is not among the {kind.key}.")
                elif each.behind and key == "front-ports":
                    slot = (each.behind, each.values.get("rear_port_position", 1))
                    if not 1 <= slot[1] <= there[each.behind].values.get("positions", 1):
                        self._at(each, key, f"rear port “{each.behind}” has no position {slot[1]}.")
                    elif slot in taken:
                        self._at(
                            each, key, f"position {slot[1]} of “{each.behind}” belongs to “{taken[slot]}” already."
                        )
                    taken.setdefault(slot, each.name)

    def _at(self, component: Component, key: str, why: str) -> None:
        self.definition.problems.append(f"line {component.line}: {key}, “{component.name}”: {why}")

    def _roles(self, entries: Mapping[str, _Entry]) -> None:
        definition = self.definition
        role = definition.values.get("subdevice_role", "")
        if definition.components.get("device-bays") and role not in ("parent", "parent-child"):
            definition.bad(entries["device-bays"].node, "device-bays", "subdevice_role has to be parent.")
        if role in ("child", "parent-child") and definition.values.get("u_height", 1):
            definition.bad(entries["subdevice_role"].node, "u_height", "a child has no height of its own: enter 0.")


def _boolean(text: str) -> bool:
    if text.lower() in (*_TRUE, *_FALSE):
        return text.lower() in _TRUE
    raise ValueError("enter true or false.")


def _whole(text: str) -> int:
    whole, _, rest = text.strip().partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) < 10) or rest.strip("0"):
        raise ValueError("enter a whole number.")
    return int(whole)


def problems_of(definitions: list[Definition]) -> Iterator[tuple[str, str]]:
    """Problems of all files, and of definitions that are there twice: label and message."""
    seen: dict[tuple[Any, str, str], str] = {}
    for definition in definitions:
        for problem in definition.problems:
            yield definition.label, problem
        if definition.manufacturer and definition.name:
            key = (definition.model, definition.manufacturer.casefold(), definition.name)
            if key in seen:
                yield definition.label, f"“{definition.manufacturer} {definition.name}” is in {seen[key]} as well."
            seen.setdefault(key, definition.label)
