"""The journal of an applied plan, `undo.json`: what really happened to the database.

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

Values are as in `row_data`. `undoing` makes a plan of it that takes everything back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import ProtectedError
from django.db.models.deletion import Collector
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save

from .compat import SET_BY_CABLES
from .plan import CREATE, DELETE, UPDATE, Change
from .row_data import Key, fetch, fields_of, is_clock, is_part, key_of, model_of, row_of, text_of

SCHEMA = "undo/1"
FILE_NAME = "undo.json"
# What Nautobot computes of other objects, and makes anew when these come back.
DERIVED = frozenset({"dcim.cablepath", "extras.objectchange", "extras.scheduledjobs"})


class Journal:
    """Writes down what the changes of one plan do to the database, what Nautobot does along with them included.

    Attributes:
        current: the change that is being made; whatever else is saved or deleted meanwhile happens along.
    """

    def __init__(self) -> None:
        self.current: Change | None = None
        self._steps: list[dict[str, Any]] = []
        self._rows: dict[Key, dict[str, Any]] | None = None
        self._before: dict[Key, dict[str, Any]] = {}
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
            if after[name] != text and name not in SET_BY_CABLES and not is_clock(instance, name)
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

    def delete(self, change: Change) -> dict[Key, dict[str, Any]]:
        """Delete the object of a change; returns all rows that have gone.

        Raises:
            LeftoverError: something goes along that the change does not allow to.
        """
        collected, emptied = _collect([change.obj])
        # Rows of many-to-many fields go without a signal; all others are taken as they are at the last moment.
        self._rows = {key: row for key, row in collected.items() if model_of(key[0])._meta.auto_created}
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
            left = [key for key in touched if key not in change.along and not is_part(model_of(key[0]))]
            if left:
                raise LeftoverError(left)
        return gone

    def content(self, name_of: Callable[[tuple[str, Any]], str]) -> dict[str, Any]:
        """Steps and what came along, for the file; to be asked when all is done and before the transaction ends."""
        wanted: defaultdict[str, list[str]] = defaultdict(list)
        for step in self._steps:
            if step["action"] == CREATE:
                wanted[step["model"]].append(step["pk"])
        rows: dict[Key, dict[str, Any]] = {}
        along: defaultdict[str, set[str]] = defaultdict(set)
        for label, keys in wanted.items():
            objects = fetch(label, keys)
            rows.update({(label, pk): row_of(obj) for pk, obj in objects.items()})
            for touched, pk in along_with(list(objects.values())):
                along[touched].add(pk)
        for (_, _, name), (instance, step) in self._many.items():
            step["after"] = {name: _keys_in(instance, name)}
        for step in self._steps:
            pk = model_of(step["model"])._meta.pk.to_python(step["pk"])
            step.setdefault("name", name_of((step["model"], pk)))
            if step["action"] == CREATE:
                step["fields"] = rows.get((step["model"], step["pk"]), {})
        return {"steps": self._steps, "along": {label: sorted(keys) for label, keys in along.items()}}


def _keys_in(instance: Any, name: str) -> list[str]:
    """Sorted primary keys of what a many-to-many field has; none once the instance has gone."""
    return sorted(str(pk) for pk in getattr(instance, name).values_list("pk", flat=True)) if instance.pk else []


def _collect(objects: list[Any]) -> tuple[dict[Key, dict[str, Any]], list[tuple[str, str, str, Any]]]:
    """The rows that deleting these objects would delete, and what it would empty: model, key, field and value.

    What protects an object is among the rows: whether it does is decided by the model's own `delete`.
    """
    rows: dict[Key, dict[str, Any]] = {}
    collector = Collector(using=DEFAULT_DB_ALIAS, origin=None)
    try:
        collector.collect(objects, fail_on_restricted=False)
    except ProtectedError as error:  # then generic relations have not been asked
        rows.update({key_of(guard): row_of(guard) for guard in error.protected_objects})
        for relation in objects[0]._meta.private_fields:
            if hasattr(relation, "bulk_related_objects"):
                collector.collect(relation.bulk_related_objects(objects, DEFAULT_DB_ALIAS))
    for instances in (*collector.data.values(), *collector.fast_deletes):
        rows.update({key_of(obj): row_of(obj) for obj in instances if key_of(obj)[0] not in DERIVED})
    return rows, list(_emptied(collector))


def along_with(objects: list[Any]) -> set[Key]:
    """What would be deleted or emptied if these objects of a model were deleted, themselves included."""
    rows, emptied = _collect(objects)
    return {*rows, *((label, pk) for label, pk, _, _ in emptied)}


class LeftoverError(Exception):
    """Deleting would take along what must not go; the argument has models and primary keys."""


def _emptied(collector: Collector) -> Iterator[tuple[str, str, str, Any]]:
    for (field, _), groups in collector.field_updates.items():
        for objects in groups if isinstance(groups, list) else [groups]:
            for obj in objects:
                yield obj._meta.label_lower, str(obj.pk), field.name, text_of(field, field.value_from_object(obj))
