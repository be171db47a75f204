"""The journal of an applied plan, `undo.json`, and how a plan is made of it that takes everything back.

The file is one object:

    schema      "undo/1"
    job         class path of the Job
    title       its name
    user        who ran it
    request_id  of its entries in the change log
    time        time in ISO 8601 with time zone
    fingerprint of the plan
    steps       list of objects, in the order in which they were done:
        action  "create": model, pk, name, fields (all of them, as they were at the end of the run)
                "update": model, pk, name, before, after (fields to values); also what Nautobot itself has changed along;
                refused: true, if Nautobot's validation refuses the object as it was before
                "delete": model, pk, name, rows (list of model and fields, of all that was deleted along, itself
                included), emptied (list of model, pk, field, value: what pointed at it and was emptied)
    along       model to primary keys of what was part of, or pointed at, what was created when the run ended

Values are as Django's serializers write them: JSON's own kinds as they are, all else as the text that the field reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Field, Model, ProtectedError
from django.db.models.deletion import Collector
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from nautobot.extras.models import JobResult, ObjectChange

from .compat import SET_BY_CABLES
from .plan import CREATE, DELETE, UPDATE, Change, Plan, Value, value_of

SCHEMA = "undo/1"
FILE_NAME = "undo.json"
# What Nautobot computes of other objects, and makes anew when these come back.
DERIVED = frozenset({"dcim.cablepath", "extras.objectchange"})
# Rows that belong to an object so closely that nobody has permissions for them alone.
_PARTS = frozenset({"extras.taggeditem", "dcim.cabletocabletermination", "dcim.deviceclusterassignment"})
# Fields that Nautobot sets by itself when others come or go.
_COMPUTED = frozenset({("ipam.prefix", "parent"), ("ipam.ipaddress", "parent")})
_CHUNK = 1000

_Key = tuple[str, str]  # label of a model, primary key as text


def is_part(model: type[Model]) -> bool:
    """Are the rows of this model part of another object, as those of a many-to-many field are?"""
    return bool(model._meta.auto_created) or model._meta.label_lower in _PARTS


class Journal:
    """Writes down what the changes of one plan do to the database, what Nautobot does along with them included.

    Attributes:
        current: the change that is being made; whatever else is saved or deleted meanwhile happens along.
    """

    def __init__(self) -> None:
        self.current: Change | None = None
        self._steps: list[dict[str, Any]] = []
        self._rows: dict[_Key, dict[str, Any]] | None = None
        self._before: dict[_Key, dict[str, Any]] = {}
        self._many: dict[tuple[str, str, str], tuple[Any, dict[str, Any]]] = {}

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Watch what is saved and deleted in the block."""
        watched = (
            (pre_save, self._saving),
            (post_save, self._saved),
            (pre_delete, self._deleting),
            (m2m_changed, self._relating),
        )
        for signal, receiver in watched:
            signal.connect(receiver, weak=False, dispatch_uid=id(self))
        try:
            yield
        finally:
            for signal, _ in watched:
                signal.disconnect(dispatch_uid=id(self))

    def _is_current(self, instance: Any) -> bool:
        return self.current is not None and instance is self.current.obj

    def _saving(self, sender: Any, instance: Any, **_: Any) -> None:
        label = sender._meta.label_lower
        if not self._is_current(instance) and label not in DERIVED and not instance._state.adding:
            for obj in fetch(label, [instance.pk]).values():
                self._before[label, str(instance.pk)] = row_of(obj)

    def _saved(self, sender: Any, instance: Any, **_: Any) -> None:
        key = (sender._meta.label_lower, str(instance.pk))
        before = self._before.pop(key, None)
        if before is None:
            return
        after = row_of(instance)
        changed = [
            name
            for name, text in before.items()
            if after[name] != text and name not in SET_BY_CABLES and not _clock(instance, name)
        ]
        if changed:
            step = {"action": UPDATE, "model": key[0], "pk": key[1], "name": str(instance)}
            for moment, row in (("before", before), ("after", after)):
                step[moment] = {name: row[name] for name in changed}
            self._steps.append(step)

    def _deleting(self, sender: Any, instance: Any, **_: Any) -> None:
        label = sender._meta.label_lower
        if label in DERIVED:
            return
        row = row_of(instance)
        if self._rows is not None:
            self._rows.setdefault((label, str(instance.pk)), row)
        elif not is_part(sender):
            step = {"action": DELETE, "model": label, "pk": str(instance.pk), "name": str(instance)}
            self._steps.append({**step, "rows": [[label, row]], "emptied": []})

    def _relating(self, sender: Any, instance: Any, action: str, reverse: bool, **_: Any) -> None:
        """Many-to-many fields that Nautobot changes along, such as the tagged VLANs of an interface whose mode changes."""
        if not action.startswith("pre_") or reverse:
            return
        fields = [field.name for field in instance._meta.many_to_many if field.remote_field.through is sender]
        for name in fields:
            key = (instance._meta.label_lower, str(instance.pk), name)
            planned = self.current is not None and self._is_current(instance) and name in self.current.after
            if not planned and key not in self._many:
                step = {"action": UPDATE, "model": key[0], "pk": key[1], "name": str(instance)}
                step["before"] = {name: _keys_in(instance, name)}
                self._many[key] = (instance, step)
                self._steps.append(step)

    def save(self, change: Change, *, refused: bool = False) -> None:
        """Note that an object has been created or updated.

        Args:
            change: what was done.
            refused: Nautobot's validation refuses the object as it was before.
        """
        step: dict[str, Any] = {"action": change.action, "model": change.label, "pk": str(change.pk)}
        if change.action == UPDATE:
            step["before"] = fields_of(change.obj, change.before)
            step["after"] = fields_of(change.obj, change.after)
        if refused:
            step["refused"] = True
        self._steps.append(step)

    def delete(self, change: Change) -> dict[_Key, dict[str, Any]]:
        """Delete the object of a change; returns all rows that have gone.

        Raises:
            LeftoverError: something goes along that the change does not allow to.
        """
        collected, emptied = _collect([change.obj])
        # Rows of many-to-many fields go without a signal; all others are taken as they are at the last moment.
        self._rows = {key: row for key, row in collected.items() if _model(key[0])._meta.auto_created}
        try:
            change.obj.delete()
            gone = self._rows
        finally:
            self._rows = None
        step = {
            "action": DELETE,
            "model": change.label,
            "pk": str(change.pk),
            "rows": [[label, fields] for (label, _), fields in gone.items()],
            "emptied": emptied,
        }
        self._steps.append(step)
        if change.along is not None:
            touched = [*gone, *((label, pk) for label, pk, _, _ in emptied)]
            left = [key for key in touched if key not in change.along and not is_part(_model(key[0]))]
            if left:
                raise LeftoverError(left)
        return gone

    def content(self, name_of: Callable[[tuple[str, Any]], str]) -> dict[str, Any]:
        """Steps and what came along, for the file; to be asked when all is done and before the transaction ends."""
        wanted: defaultdict[str, list[str]] = defaultdict(list)
        for step in self._steps:
            if step["action"] == CREATE:
                wanted[step["model"]].append(step["pk"])
        rows: dict[_Key, dict[str, Any]] = {}
        along: defaultdict[str, set[str]] = defaultdict(set)
        for label, keys in wanted.items():
            objects = fetch(label, keys)
            rows.update({(label, pk): row_of(obj) for pk, obj in objects.items()})
            for touched, pk in along_with(list(objects.values())):
                along[touched].add(pk)
        for (_, _, name), (instance, step) in self._many.items():
            step["after"] = {name: _keys_in(instance, name)}
        for step in self._steps:
            pk = _model(step["model"])._meta.pk.to_python(step["pk"])
            step.setdefault("name", name_of((step["model"], pk)))
            if step["action"] == CREATE:
                step["fields"] = rows.get((step["model"], step["pk"]), {})
        return {"steps": self._steps, "along": {label: sorted(keys) for label, keys in along.items()}}


def _keys_in(instance: Any, name: str) -> list[str]:
    """Sorted primary keys of what a many-to-many field has; none once the instance has gone."""
    return sorted(str(pk) for pk in getattr(instance, name).values_list("pk", flat=True)) if instance.pk else []


def _collect(objects: list[Any]) -> tuple[dict[_Key, dict[str, Any]], list[tuple[str, str, str, Any]]]:
    """The rows that deleting these objects would delete, and what it would empty: model, key, field and value.

    What protects an object is among the rows: whether it does is decided by the model's own `delete`.
    """
    rows: dict[_Key, dict[str, Any]] = {}
    collector = Collector(using=DEFAULT_DB_ALIAS, origin=None)
    try:
        collector.collect(objects, fail_on_restricted=False)
    except ProtectedError as error:  # then generic relations have not been asked
        rows.update({_key_of(guard): row_of(guard) for guard in error.protected_objects})
        for relation in objects[0]._meta.private_fields:
            if hasattr(relation, "bulk_related_objects"):
                collector.collect(relation.bulk_related_objects(objects, DEFAULT_DB_ALIAS))
    for instances in (*collector.data.values(), *collector.fast_deletes):
        rows.update({_key_of(obj): row_of(obj) for obj in instances if _key_of(obj)[0] not in DERIVED})
    return rows, list(_emptied(collector))


def along_with(objects: list[Any]) -> set[_Key]:
    """What would be deleted or emptied if these objects of a model were deleted, themselves included."""
    rows, emptied = _collect(objects)
    return {*rows, *((label, pk) for label, pk, _, _ in emptied)}


def _key_of(obj: Any) -> _Key:
    return obj._meta.label_lower, str(obj.pk)


class LeftoverError(Exception):
    """Deleting would take along what must not go; the argument has models and primary keys."""


def _emptied(collector: Collector) -> Iterator[tuple[str, str, str, Any]]:
    for (field, _), groups in collector.field_updates.items():
        for objects in groups if isinstance(groups, list) else [groups]:
            for obj in objects:
                yield obj._meta.label_lower, str(obj.pk), field.name, text_of(field, field.value_from_object(obj))


# Rows as JSON


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
    model = _model(label)
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
    model, found, wanted = _model(label), {}, list(dict.fromkeys(keys))
    for start in range(0, len(wanted), _CHUNK):
        rows = model._base_manager.filter(pk__in=wanted[start : start + _CHUNK])
        found.update({str(obj.pk): obj for obj in rows})
    return found


def _model(label: str) -> type[Model]:
    return apps.get_model(label)


# Undo and restore


class _Present:
    """What the database has now of the objects that the steps are about."""

    def __init__(self, steps: Iterable[Mapping[str, Any]]) -> None:
        wanted: defaultdict[str, list[str]] = defaultdict(list)
        for step in steps:
            wanted[step["model"]].append(step["pk"])
            for label, fields in step.get("rows", ()):
                wanted[label].append(_key(label, fields))
            for label, pk, _, _ in step.get("emptied", ()):
                wanted[label].append(pk)
        self._objects = {(label, pk): obj for label, keys in wanted.items() for pk, obj in fetch(label, keys).items()}

    def get(self, label: str, pk: str) -> Any:
        return self._objects.get((label, pk))

    def add(self, obj: Any) -> None:
        self._objects[obj._meta.label_lower, str(obj.pk)] = obj

    def remove(self, label: str, pk: str) -> None:
        self._objects.pop((label, pk), None)


def reverse(plan: Plan, data: Mapping[str, Any], result: JobResult) -> None:
    """Plan the reverse of an applied plan.

    What has been changed since, by anybody, is a problem that names who and when. What is as it was before is no change.

    Args:
        plan: the plan to fill.
        data: what `undo.json` has.
        result: the run to be taken back.
    """
    plan.validate_late = plan.may_be_invalid = True
    present = _Present(data["steps"])
    along = frozenset((label, pk) for label, keys in data["along"].items() for pk in keys)
    reason = f"undoes {data['title']} of {data['time'][:16].replace('T', ' ')}"
    conflicts: list[tuple[str, str, str]] = []
    back = _back_already(plan, data["steps"], present)
    for step in reversed(data["steps"]):
        label, pk = step["model"], step["pk"]
        obj = present.get(label, pk)
        if step["action"] == DELETE:
            _bring_back(plan, step, present, reason, conflicts)
        elif step["action"] == UPDATE:
            if obj is None:
                conflicts.append((label, pk, f"{step['name']} ({_noun(label)}) does not exist any more"))
            else:
                _put_back(plan, step, obj, reason, conflicts, back)
        elif obj is None:
            plan.keep()
        else:
            changed = [
                name for name, text in step["fields"].items() if not _was(obj, name, text) and not _clock(obj, name)
            ]
            if changed:
                conflicts.append((label, pk, f"{step['name']} ({_noun(label)}): {', '.join(changed)} changed since"))
            plan.delete(obj, reason=reason, along=along)
            present.remove(label, pk)
    for message in _with_culprits(conflicts, result, data["request_id"]):
        plan.problem(message)


def _back_already(plan: Plan, steps: Iterable[Mapping[str, Any]], present: _Present) -> set[tuple[str, str, str]]:
    """Fields that were changed more than once, and are as they were before the first time."""
    first: dict[tuple[str, str, str], Any] = {}
    again = set()
    for step in steps:
        if step["action"] == UPDATE:
            for name, before in step["before"].items():
                key = (step["model"], step["pk"], name)
                again |= {key} & first.keys()
                first.setdefault(key, before)
    return {key for key in again if (obj := present.get(*key[:2])) is not None and _is(plan, obj, key[2], first[key])}


def _put_back(
    plan: Plan,
    step: Mapping[str, Any],
    obj: Any,
    reason: str,
    conflicts: list[tuple[str, str, str]],
    back: Collection[tuple[str, str, str]],
) -> None:
    wanted = {}
    for name, before in step["before"].items():
        if (step["model"], step["pk"], name) in back:
            continue
        if _is(plan, obj, name, step["after"][name]):
            wanted[name] = _many_or_one(obj, name, before)
        elif not _is(plan, obj, name, before):
            conflicts.append(
                (step["model"], step["pk"], f"{step['name']} ({_noun(step['model'])}): {name} changed since")
            )
    plan.update(obj, reason=reason, unvalidated=bool(step.get("refused")), **wanted)


def _bring_back(
    plan: Plan, step: Mapping[str, Any], present: _Present, reason: str, conflicts: list[tuple[str, str, str]]
) -> None:
    missing = [(label, fields) for label, fields in step["rows"] if present.get(label, _key(label, fields)) is None]
    plan.keep(len(step["rows"]) - len(missing))
    later: list[tuple[Any, str, Any]] = []
    for label, fields, postponed in in_order(missing):
        obj = object_of(label, {**fields, **dict.fromkeys(postponed)})
        plan.restore(obj, reason=reason)
        present.add(obj)
        later += [(obj, name, fields[name]) for name in postponed]
    for obj, name, text in later:
        plan.update(obj, reason=reason, **{name: read_value(obj._meta.get_field(name), text)})
    for label, pk, name, text in step["emptied"]:
        obj = present.get(label, pk)
        if obj is None:
            conflicts.append((label, pk, f"{_noun(label)} {pk} does not exist any more"))
        elif _is(plan, obj, name, None):
            plan.update(obj, reason=reason, **{name: read_value(obj._meta.get_field(name), text)})
        elif not _is(plan, obj, name, text):
            conflicts.append((label, pk, f"{obj} ({_noun(label)}): {name} changed since"))


def in_order(rows: list[tuple[str, dict[str, Any]]]) -> Iterator[tuple[str, dict[str, Any], list[str]]]:
    """Rows so that each comes after those that it points at, and its fields that have to wait, since they go in circles.

    A walk in depth, by hand, since chains (of modules in modules, say) may be longer than Python's stack.
    """
    by_key = {(label, _key(label, fields)): (label, fields) for label, fields in rows}
    done: set[_Key] = set()
    postponed: defaultdict[_Key, list[str]] = defaultdict(list)
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
    key: _Key
    targets: list[tuple[str, _Key]]


def _break_circle(circle: list[_Stop], start: int, path: list[_Stop], postponed: defaultdict[_Key, list[str]]) -> None:
    """Let the last field of the circle that may be empty wait, and go back to its row."""
    for number in range(len(circle) - 1, start, -1):
        label, _ = circle[number - 1].key
        if _model(label)._meta.get_field(circle[number].via).null:
            postponed[circle[number - 1].key].append(circle[number].via)
            del path[number:]
            return


def _points_at(by_key: Mapping[_Key, tuple[str, dict[str, Any]]], key: _Key) -> list[tuple[str, _Key]]:
    label, fields = by_key[key]
    found = []
    for field in _model(label)._meta.concrete_fields:
        if field.is_relation and fields.get(field.name) is not None:
            target = (field.related_model._meta.label_lower, str(fields[field.name]))
            if target in by_key and target != key:
                found.append((field.name, target))
    return found


def _is(plan: Plan, obj: Any, name: str, text: Any) -> bool:
    """Is a field, after what is planned so far, what the text says?"""
    value = plan.value(obj, name).raw
    return bool(text_of(obj._meta.get_field(name), value) == text)


def _was(obj: Any, name: str, text: Any) -> bool:
    """Is a field, before anything that is planned, what the text says?"""
    field = obj._meta.get_field(name)
    return bool(text_of(field, value_of(obj, field).raw) == text)


def _many_or_one(obj: Any, name: str, text: Any) -> Any:
    field = obj._meta.get_field(name)
    if field.many_to_many:  # tags have to be objects: they take a text for a name
        return list(fetch(field.related_model._meta.label_lower, text).values())
    return read_value(field, text)


def _clock(obj: Any, name: str) -> bool:
    field = obj._meta.get_field(name)
    return bool(getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False))


def _key(label: str, fields: Mapping[str, Any]) -> str:
    return str(fields[_model(label)._meta.pk.name])


def _noun(label: str) -> str:
    return str(_model(label)._meta.verbose_name)


def _with_culprits(conflicts: list[tuple[str, str, str]], result: JobResult, request_id: str) -> Iterator[str]:
    """Messages, with who has changed the object last since the run, and when, as the change log tells."""
    keys = {pk for _, pk, _ in conflicts}
    last: dict[str, tuple[str, Any]] = {}
    if keys:
        since = ObjectChange.objects.filter(changed_object_id__in=keys, time__gte=result.date_created)
        for pk, user, when in (
            since.exclude(request_id=request_id or None)
            .order_by("time")
            .values_list("changed_object_id", "user_name", "time")
        ):
            last[str(pk)] = (user, when)
    for _, pk, message in conflicts:
        user, when = last.get(pk, ("", None))
        by = f", by {user} on {when:%Y-%m-%d %H:%M}" if when else "; the change log does not tell by whom"
        yield f"{message}{by}. Put it back by hand, or keep it and undo the rest by hand."
