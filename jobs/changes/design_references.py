"""What entries of a design refer to: objects of the database, found in bulk, and objects of the same design."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_interface, ip_network
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q

from ..toolkit.access import RefusalError, visible
from ..toolkit.compat import PART_RELATED, device_value, on_devices, part_device_key
from ..toolkit.documents import Node
from ..toolkit.plan import Plan
from .design_language import Handle
from .design_models import ASSIGNMENTS, BY_LABEL, CUSTOM_FIELDS, KINDS, Kind, fields_of

_CHUNK = 1000
_OPEN_APPS = ("extras",)  # as in Nautobot's own forms: whoever may change an object sees its statuses, roles and tags
_DEFAULT_NAMESPACE = "Global"
_OF_DEVICE = "part_of_device"  # a component's device, which before Nautobot 3.2 those on modules do not name themselves


class WrongError(Exception):
    """Something about a value is wrong; the message says where."""


class SkippedError(Exception):
    """It depends on an entry that is wrong itself, which has been told."""


@dataclass(eq=False)
class Reference:
    """One object, by what tells it from others.

    Args:
        kind: a key of `design_models.KINDS`.
        parts: fields of the key to their values: what the database has, or another reference.
        node: where it is named first.
        obj: the object, as soon as it is known.
        several: how many objects of the database fit, if more than one does.
        failed: the entry that would create it is wrong.
    """

    kind: str
    parts: dict[str, Any]
    node: Node
    level: int = 0
    obj: Any = None
    several: int = 0
    failed: bool = False
    asked: bool = False
    inner: list[Reference] = field(default_factory=list)

    def __str__(self) -> str:
        noun = KINDS[self.kind].model._meta.verbose_name
        shown = {
            name: value
            for name, value in self.parts.items()
            if not (isinstance(value, Reference) and value.parts == {"name": _DEFAULT_NAMESPACE})
        } or self.parts
        if len(shown) == 1:
            (value,) = shown.values()
            return f"{noun} {value}" if isinstance(value, Reference) else f'{noun} "{value}"'
        told = ", ".join(
            f"{name}: {value}" if not isinstance(value, Reference) else str(value) for name, value in shown.items()
        )
        return f"{noun} ({told})"


class References:
    """All references of one design.

    Args:
        plan: the plan in the making.
        user: who runs the Job: what may not be viewed does not exist.
    """

    def __init__(self, plan: Plan, user: Any) -> None:
        self._plan = plan
        self._user = user
        self._known: dict[Any, Reference] = {}
        self._handles: dict[str, Reference] = {}
        self._objects: dict[tuple[str, str], Any] = {}
        self._fields: dict[str, dict[str, Any]] = {}
        self._own: defaultdict[str, list[tuple[Any, dict[str, list[str]]]]] = defaultdict(list)
        self._indexes: dict[tuple[str, tuple[str, ...]], tuple[int, dict[tuple[str, ...], list[Any]]]] = {}

    # Reading the design

    def fields(self, kind: str) -> dict[str, Any]:
        """See `design_models.fields_of`."""
        if kind not in self._fields:
            self._fields[kind] = fields_of(kind)
        return self._fields[kind]

    def name(self, handle: str, reference: Reference, node: Node) -> None:
        """An entry's handle.

        Raises:
            WrongError: there is one already.
        """
        if self._handles.setdefault(handle, reference) is not reference:
            raise WrongError(node.bad(f"there are two objects named ${handle}."))

    def of(self, kind: str, node: Node) -> Reference:
        """The reference that a value of the design is.

        Raises:
            WrongError: it is none.
        """
        value = node.value
        if isinstance(value, Handle):
            found = self._handles.get(value.name)
            if found is None:
                raise WrongError(node.bad(f"no entry before this one is named ${value.name} (“as: {value.name}”)."))
            if found.kind != kind:
                raise WrongError(node.bad(f"${value.name} is a {found.kind}; a {kind} is needed here."))
            return found
        if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
            value = {KINDS[kind].text: node}
        if not isinstance(value, dict) or not value:
            raise WrongError(node.bad(f"a {kind} is needed here: a text, a mapping of fields to values, or $name."))
        parts = {name: self._part(kind, name, each) for name, each in value.items()}
        if {"prefix", "address"} & set(parts) and "namespace" not in parts:
            parts["namespace"] = self.of("namespace", node.with_value(_DEFAULT_NAMESPACE))
        return self._interned(kind, dict(sorted(parts.items())), node)

    def _interned(self, kind: str, parts: dict[str, Any], node: Node) -> Reference:
        token = (kind, tuple((n, ("", id(v)) if isinstance(v, Reference) else ("=", v)) for n, v in parts.items()))
        if token not in self._known:
            inner = [each for each in parts.values() if isinstance(each, Reference)]
            level = 1 + max((each.level for each in inner), default=0)
            self._known[token] = Reference(kind, parts, node, level, inner=inner)
        return self._known[token]

    def _part(self, kind: str, name: str, node: Node) -> Any:
        known = self.fields(kind)
        if name not in known or name == CUSTOM_FIELDS:
            fit = ", ".join(each for each in known if each != CUSTOM_FIELDS)
            raise WrongError(node.bad(f"a {kind} has no field {name} that a design can name it by. There are {fit}."))
        target = target_of(kind, name, known[name])
        if target:
            return self.of(target, node)
        value = scalar(name, known[name], node)
        if isinstance(value, (dict, list)):
            raise WrongError(node.bad(f"{name} is no field that a design can name a {kind} by."))
        return value

    # Asking the database

    def load(self) -> None:
        """Find all objects that are there: one question a level of nesting, model, set of fields and thousand keys."""
        levels: defaultdict[int, list[Reference]] = defaultdict(list)
        for each in self._known.values():
            levels[each.level].append(each)
        for level in sorted(levels):
            groups: defaultdict[tuple[str, tuple[str, ...]], list[Reference]] = defaultdict(list)
            for each in levels[level]:
                if all(inner.obj is not None for inner in each.inner):
                    groups[each.kind, tuple(each.parts)].append(each)
            for (kind, _), references in groups.items():
                self._fetch(kind, references)

    def found(self) -> Iterator[Reference]:
        """References to objects of the database."""
        return (each for each in self._known.values() if each.obj is not None)

    def _fetch(self, kind: str, references: list[Reference]) -> None:
        model = KINDS[kind].model
        is_open = model._meta.app_label in _OPEN_APPS
        objects = model._default_manager.all() if is_open else visible(self._user, model)
        for start in range(0, len(references), _CHUNK):
            chunk = {each: list(_columns(each)) for each in references[start : start + _CHUNK]}
            paths = [path for path, _ in next(iter(chunk.values()))]
            condition, names = Q(), {}
            for place, path in enumerate(paths):
                wanted = list(dict.fromkeys(columns[place][1] for columns in chunk.values()))
                if path == _OF_DEVICE:
                    condition &= on_devices(wanted)
                    names[f"key_{place}"] = device_value("pk")
                    objects = objects.select_related(*PART_RELATED) if PART_RELATED else objects
                else:
                    condition &= Q(**{f"{path}__in": wanted})
                    names[f"key_{place}"] = F(path)
            rows: defaultdict[tuple[str, ...], dict[Any, Any]] = defaultdict(dict)
            for obj in objects.filter(condition).annotate(**names).order_by("pk"):
                key = tuple(str(getattr(obj, name)) for name in names)
                rows[key][obj.pk] = self._objects.setdefault((kind, str(obj.pk)), obj)
            for each, columns in chunk.items():
                each.asked = True
                fitting = rows.get(tuple(str(value) for _, value in columns), {})
                if len(fitting) == 1:
                    (each.obj,) = fitting.values()
                each.several = len(fitting) if len(fitting) > 1 else 0

    # Objects, in the order of the design

    def get(self, reference: Reference, node: Node) -> Any:
        """The object; it is there, or the design has it before this place.

        Raises:
            WrongError: there is none, or several fit.
            SkippedError: the entry that would have it is wrong.
        """
        obj = self.find(reference, node)
        if obj is None:
            raise WrongError(node.bad(f"there is no {reference} that you may view."))
        return obj

    def find(self, reference: Reference, node: Node) -> Any:
        """As `get`; None if there is no such object yet."""
        if reference.failed:
            raise SkippedError
        if reference.several:
            raise WrongError(
                node.bad(f"{reference.several} objects are called so: {reference}. Name more of its fields.")
            )
        if reference.obj is None:
            for each in reference.inner:
                if self.find(each, node) is None:
                    return None
            fitting = self._among_own(reference)
            if len(fitting) > 1:
                raise WrongError(node.bad(f"{len(fitting)} objects of this design are called so: {reference}."))
            if fitting:
                reference.obj = fitting[0]
            elif not reference.asked and not any(
                self._plan.is_new(KINDS[each.kind].label, each.obj.pk) for each in reference.inner
            ):
                self._fetch(reference.kind, [reference])  # of an object that goes by another name from now on
                return self.find(reference, node)
        return reference.obj

    def add(self, kind: str, obj: Any, **columns: Iterable[str]) -> None:
        """An object that the design creates or changes.

        Args:
            kind: a key of `design_models.KINDS`.
            obj: the object.
            columns: its values by columns that its row does not have.
        """
        self._own[kind].append((obj, {name: list(values) for name, values in columns.items()}))

    def _among_own(self, reference: Reference) -> list[Any]:
        columns = list(_columns(reference))
        paths = tuple(path for path, _ in columns)
        seen, index = self._indexes.get((reference.kind, paths), (0, {}))
        own = self._own[reference.kind]
        for obj, more in own[seen:]:
            keys: list[tuple[str, ...]] = [()]
            for path in paths:
                keys = [(*key, value) for key in keys for value in self._values(obj, path, more)]
            for key in keys:
                fitting = index.setdefault(key, [])
                if all(each is not obj for each in fitting):
                    fitting.append(obj)
        self._indexes[reference.kind, paths] = (len(own), index)
        return index.get(tuple(str(value) for _, value in columns), [])

    def _values(self, obj: Any, path: str, more: dict[str, list[str]]) -> list[str]:
        if path in more:
            return more[path]
        if path == _OF_DEVICE:
            return [str(part_device_key(obj))]
        if "__" in path or path in ASSIGNMENTS:
            return []
        value = self._plan.value(obj, path).raw
        return [str(each) for each in value] if isinstance(value, tuple) else [str(value)]


def _columns(reference: Reference) -> Iterator[tuple[str, Any]]:
    """Columns of the database, and what they have to be."""
    kind: Kind = KINDS[reference.kind]
    for name, value in reference.parts.items():
        if name == "device" and hasattr(kind.model, "module"):
            yield _OF_DEVICE, value.obj.pk
        elif isinstance(value, Reference):
            yield kind.columns.get(name, (name,))[0], value.obj.pk
        elif name == "prefix":
            network, length = value.split("/")
            yield "network", network
            yield "prefix_length", int(length)
        elif name == "address":
            yield "host", value.split("/")[0]
        else:
            yield name, value


def target_of(kind: str, name: str, model_field: Any) -> str:
    """What a field of a model points at, as designs call it; "" if it is no reference."""
    if kind == "ip_address" and name == "namespace":
        return "namespace"
    if kind == "ip_address" and name in ASSIGNMENTS:
        return ASSIGNMENTS[name]
    if model_field is None or not model_field.is_relation:
        return ""
    return BY_LABEL.get(model_field.related_model._meta.label_lower, "")


def scalar(name: str, model_field: Any, node: Node) -> Any:
    """A value as the field has it.

    Raises:
        WrongError: the field cannot have it.
    """
    value = node.value
    if isinstance(value, (dict, list, Handle)) and not _takes_structures(model_field):
        raise WrongError(node.bad("a single value is needed here."))
    try:
        if name == "prefix":
            return str(ip_network(str(value)))
        if name == "address":
            return str(ip_interface(str(value)))
        if value is None:
            return None if model_field.null else model_field.to_python("")
        return model_field.to_python(node.plain())
    except (ValidationError, ValueError, TypeError, RefusalError) as error:
        why = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        raise WrongError(node.bad(f"{value!r:.100} does not fit: {why}")) from None


def _takes_structures(model_field: Any) -> bool:
    return model_field is not None and model_field.get_internal_type() == "JSONField"
