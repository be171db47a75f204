"""Rows of the database as JSON, and the order in which they can come back.

Values are as Django's serializers write them: JSON's own kinds as they are, all else as the text that the field reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db.models import Field, Model

from .plan import Value

# Rows that belong to an object so closely that nobody has permissions for them alone.
_PARTS = frozenset(
    {
        "extras.taggeditem",
        "extras.jobqueueassignment",
        "dcim.cabletocabletermination",
        "dcim.deviceclusterassignment",
    }
)
_CHUNK = 1000

Key = tuple[str, str]  # label of a model, primary key as text


def is_part(model: type[Model]) -> bool:
    """Are the rows of this model part of another object, as those of a many-to-many field are?"""
    return bool(model._meta.auto_created) or model._meta.label_lower in _PARTS


def key_of(obj: Any) -> Key:
    """Label and primary key of an object."""
    return obj._meta.label_lower, str(obj.pk)


def is_clock(obj: Any, name: str) -> bool:
    """Is the field one that tells when the object was created or saved last?"""
    field = obj._meta.get_field(name)
    return bool(getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False))


def text_of(field: Field, raw: Any) -> Any:
    """The value of a field for JSON."""
    if raw is None or isinstance(raw, (bool, int, float, str, dict, list)):
        return raw
    if isinstance(raw, tuple):  # of a many-to-many field
        return [str(each) for each in raw]

    class _Holder:  # value_to_string() asks an object for the field's value
        pass

    holder = _Holder()
    setattr(holder, field.attname, raw)
    return field.value_to_string(holder)


def row_of(obj: Model) -> dict[str, Any]:
    """All columns of an object, by the names of their fields."""
    return {field.name: text_of(field, field.value_from_object(obj)) for field in obj._meta.concrete_fields}


def fields_of(obj: Model, values: Mapping[str, Value]) -> dict[str, Any]:
    """Fields of a change for JSON."""
    return {name: text_of(obj._meta.get_field(name), value.raw) for name, value in values.items()}


def object_of(label: str, fields: Mapping[str, Any]) -> Any:
    """An object, not saved, with these columns."""
    model = model_of(label)
    obj: Any = model()
    for field in model._meta.concrete_fields:
        if field.name in fields:
            setattr(obj, field.attname, read_value(field, fields[field.name]))
    return obj


def read_value(field: Any, text: Any) -> Any:
    """The value of a field, of a foreign key the primary key, from what JSON has."""
    if field.is_relation:
        field = field.target_field
    return None if text is None else field.to_python(text)


def fetch(label: str, keys: Collection[Any]) -> dict[str, Any]:
    """Objects of a model by their primary keys as text; one query a thousand."""
    model, found, wanted = model_of(label), {}, list(dict.fromkeys(keys))
    for start in range(0, len(wanted), _CHUNK):
        rows = model._base_manager.filter(pk__in=wanted[start : start + _CHUNK])
        found.update({str(obj.pk): obj for obj in rows})
    return found


def model_of(label: str) -> type[Model]:
    """The model of a label."""
    return apps.get_model(label)


def in_order(rows: list[tuple[str, dict[str, Any]]]) -> Iterator[tuple[str, dict[str, Any], list[str]]]:
    """Rows so that each comes after those that it points at, and its fields that have to wait, since they go in circles.

    A walk in depth, by hand, since chains (of modules in modules, say) may be longer than Python's stack.
    """
    by_key = {(label, key_in(label, fields)): (label, fields) for label, fields in rows}
    done: set[Key] = set()
    postponed: defaultdict[Key, list[str]] = defaultdict(list)
    for first in by_key:
        path = [] if first in done else [_Stop("", first, _points_at(by_key, first))]
        while path:
            here = path[-1]
            if not here.targets:
                path.pop()
                done.add(here.key)
                yield (*by_key[here.key], postponed[here.key])
                continue
            name, target = here.targets.pop()
            places = [number for number, stop in enumerate(path) if stop.key == target]
            if places:
                _break_circle([*path, _Stop(name, target, [])], places[0], path, postponed)
            elif target not in done and name not in postponed[here.key]:
                path.append(_Stop(name, target, _points_at(by_key, target)))


class _Stop(NamedTuple):
    """A row on the way of `in_order`: the field that led there, the row, and where it points at."""

    via: str
    key: Key
    targets: list[tuple[str, Key]]


def _break_circle(circle: list[_Stop], start: int, path: list[_Stop], postponed: defaultdict[Key, list[str]]) -> None:
    """Let the last field of the circle that may be empty wait, and go back to its row."""
    for number in range(len(circle) - 1, start, -1):
        label, _ = circle[number - 1].key
        # What a generic reference is made of cannot wait.
        if getattr(model_of(label)._meta.get_field(circle[number].via), "null", False):
            postponed[circle[number - 1].key].append(circle[number].via)
            del path[number:]
            return


def _points_at(by_key: Mapping[Key, tuple[str, dict[str, Any]]], key: Key) -> list[tuple[str, Key]]:
    label, fields = by_key[key]
    found = []
    for field in model_of(label)._meta.concrete_fields:
        if field.is_relation and fields.get(field.name) is not None:
            target = (field.related_model._meta.label_lower, str(fields[field.name]))
            if target in by_key and target != key:
                found.append((field.name, target))
    for field in model_of(label)._meta.private_fields:
        if isinstance(field, GenericForeignKey) and fields.get(field.ct_field) is not None:
            model = ContentType.objects.get_for_id(int(fields[field.ct_field])).model_class()
            target = (model._meta.label_lower if model else "", str(fields[field.fk_field]))
            if target in by_key and target != key:
                found.append((field.name, target))
    return found


def key_in(label: str, fields: Mapping[str, Any]) -> str:
    """The primary key in a row, as text."""
    return str(fields[model_of(label)._meta.pk.name])
