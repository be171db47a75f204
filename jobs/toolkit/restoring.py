"""A plan that makes objects again what they were before some entries of the change log (see `change_log`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model
from nautobot.extras.models import ObjectChange, Tag

from .change_log import (
    CUSTOM,
    State,
    Story,
    emptied_by_deleting,
    flat,
    last_changes,
    noun,
    related_by,
    rewind,
    uncover_deletions,
    without_cables,
)
from .compat import SET_BY_CABLES
from .compat_cables import end_rows, loose_ends
from .journal import along_with
from .plan import Plan
from .queries import chunks
from .row_data import Key, in_order, object_of, read_value, row_of

_MOST_NAMED = 10
_A_MOMENT = timedelta(minutes=1)
_END = "dcim.cabletocabletermination"
_CREATE = "create"
_UPDATE = "update"


class Restore:
    """Plans that objects become again what they were before some entries of the change log.

    Args:
        plan: the plan to fill.
        stories: the entries, by object.
        reason: of all changes.
        delete_created: what was created is deleted.
        leave_changed: what was changed since is left as it is, and told in remarks; else it is a problem.
    """

    def __init__(
        self, plan: Plan, stories: dict[Key, Story], *, reason: str, delete_created: bool, leave_changed: bool
    ) -> None:
        self.plan = plan
        self.stories = stories
        self.reason = reason
        self.delete_created = delete_created
        self.leave_changed = leave_changed
        self._present = _fetch(stories)
        uncover_deletions(stories, self._present)
        self._tags: dict[str, Any] = {}
        self._back: dict[Key, dict[str, Any]] = {}
        self._lists: dict[Key, dict[str, list[str]]] = {}
        self._updates: dict[Key, State] = {}
        self._going: dict[Key, Any] = {}
        self._there: set[Key] = set()

    def fill(self) -> None:
        """Fill the plan."""
        conflicts = [(story, text) for story in self.stories.values() for text in self._settle(story)]
        self._tell(conflicts)
        self._check_references()
        self._emit()
        self._remark()

    def _settle(self, story: Story) -> list[str]:
        """Find out what becomes of one object."""
        obj = self._present.get(story.key)
        model = apps.get_model(story.label)
        now = None if obj is None else _state(obj, story)
        steps = without_cables(story.steps)
        then, conflicts = rewind(
            now, steps, delete_created=self.delete_created, same=lambda *values: _same(model, *values)
        )
        if now is None and then is not None:
            row, lists = _row_and_lists(model, story, then)
            self._back[story.key], self._lists[story.key] = row, lists
        elif now is not None and then is None:
            self._going[story.key] = obj
        elif now is not None and then is not None:
            changed = {name: value for name, value in then.items() if not _same(model, name, now.get(name), value)}
            if changed:
                self._updates[story.key] = changed
            elif not conflicts:
                self.plan.keep()
        elif not conflicts:
            self.plan.keep()
        return conflicts

    def _tell(self, conflicts: list[tuple[Story, str]]) -> None:
        say = self.plan.remark if self.leave_changed else self.plan.problem
        last = last_changes([story for story, _ in conflicts])
        for story, text in conflicts:
            by = last.get(story.key, "the change log does not tell by whom")
            rest = "It is left as it is." if self.leave_changed else "Put it back by hand, or leave what changed since."
            say(f"{story}: {text} ({by}). {rest}")

    # What objects name has to be there

    def _check_references(self) -> None:
        wanted: defaultdict[str, set[str]] = defaultdict(set)
        for key, row in self._back.items():
            for label, pk, _, _ in _references(key[0], row):
                wanted[label].add(pk)
        for key, changed in self._updates.items():
            for label, pk, _, _ in _references(key[0], changed):
                wanted[label].add(pk)
        for key in self._back:
            for _, (label, pk) in end_rows(key[1], self.stories[key].ends):
                wanted[label].add(pk)
        for key in [*self._lists, *self._updates]:
            for name, members in self._lists.get(key, self._updates.get(key, {})).items():
                related = related_by(apps.get_model(key[0]), name)
                if name != "tags" and related is not None:
                    wanted[related._meta.label_lower].update(map(str, members or ()))
        names = {
            tag
            for key in {**self._lists, **self._updates}
            for tag in self._lists.get(key, self._updates.get(key, {})).get("tags") or ()
        }
        self._tags = {tag.name: tag for chunk in chunks(sorted(names)) for tag in Tag.objects.filter(name__in=chunk)}
        for label, targets in wanted.items():
            manager = apps.get_model(label)._base_manager
            for chunk in chunks(sorted(targets)):
                self._there.update((label, str(pk)) for pk in manager.filter(pk__in=chunk).values_list("pk", flat=True))
        self._there -= set(self._going)
        for key in [*self._back, *self._updates]:
            row = self._back.get(key, self._updates.get(key, {}))
            for label, pk, name, null in _references(key[0], dict(row)):
                if (label, pk) in self._there or (label, pk) in self._back:
                    continue
                text = f"{self.stories[key]}: its {name.replace('_', ' ')}, {noun(label)} {pk}, does not exist any more"
                if not null:
                    self.plan.problem(f"{text}. Choose the change that deleted it, too.")
                elif key in self._back:
                    row[name] = None
                    self.plan.remark(f"{text}; it comes back without.")
                else:
                    del row[name]
                    self.plan.remark(f"{text}; that is left as it is.")

    def _objects(self, key: Key, name: str, keys: Iterable[str], *, planned: bool) -> list[Any]:
        """What a many-to-many field of an object contained, as far as it is there, or comes back."""
        related = related_by(apps.get_model(key[0]), name)
        if related is None:
            return []
        label, missing, found = related._meta.label_lower, [], []
        for each in keys:
            known = each in self._tags if name == "tags" else (label, each) in self._there
            if known or (planned and (label, each) in self._back):
                found.append(self._tags[each] if name == "tags" else related._meta.pk.to_python(each))
            elif name == "tags" or (label, each) not in self._back:
                missing.append(each)
        if missing and planned:
            self.plan.remark(f"{self.stories[key]}: of its {name.replace('_', ' ')}, {_named(missing)} are gone.")
        return found

    # The changes

    def _emit(self) -> None:
        """Plan from the newest change to the oldest, what others need before them and what needs others after them."""
        restored = in_order([(label, row) for (label, _), row in self._back.items()])
        going = [(label, row_of(obj)) for (label, _), obj in reversed(self._going.items())]
        deleted = reversed([(label, row) for label, row, _ in in_order(going)])
        done: set[Key] = set()
        along = self._along()
        later: list[tuple[Any, str, Any]] = []
        objects: dict[Key, Any] = {}
        for key in self.stories:
            if key in self._back:
                while key not in done:
                    label, fields, postponed = next(restored)
                    obj = object_of(label, {**fields, **dict.fromkeys(postponed)})
                    here = (label, str(obj.pk))
                    done.add(here)
                    objects[here] = obj
                    self.plan.restore(obj, reason=self.reason, **self._many(here))
                    later += [(obj, name, fields[name]) for name in postponed]
            elif key in self._updates:
                objects[key] = obj = self._present[key]
                if values := self._values(key, obj):
                    self.plan.update(obj, reason=self.reason, **values)
            elif key in self._going:
                while key not in done:
                    label, row = next(deleted)
                    here = (label, str(row[apps.get_model(label)._meta.pk.name]))
                    done.add(here)
                    self.plan.delete(self._going[here], reason=self.reason, along=along)
        for obj, name, text in later:
            self.plan.update(obj, reason=self.reason, **{name: read_value(obj._meta.get_field(name), text)})
        for key, obj in objects.items():
            members = self._lists.get(key, self._updates.get(key, {}))
            lists: dict[str, Any] = {
                name: self._objects(key, name, keys or (), planned=True)
                for name, keys in members.items()
                if related_by(type(obj), name) is not None
            }
            if any(not _contains(self.plan.value(obj, name).raw, keys) for name, keys in lists.items()):
                self.plan.update(obj, reason=self.reason, **lists)
        self._attach_cables({key: obj for key, obj in objects.items() if key in self._back})

    def _many(self, key: Key) -> dict[str, list[Any]]:
        found = {name: self._objects(key, name, keys, planned=False) for name, keys in self._lists[key].items()}
        return {name: keys for name, keys in found.items() if keys}

    def _values(self, key: Key, obj: Any) -> dict[str, Any]:
        """The fields of an update, as the plan takes them; many-to-many fields come when all that they name is back."""
        values: dict[str, Any] = {}
        custom = {}
        for name, value in self._updates[key].items():
            if name.startswith(CUSTOM):
                custom[name.removeprefix(CUSTOM)] = value
            elif _column(type(obj), name) is not None:
                values[name] = read_value(_column(type(obj), name), value)
        if custom:
            values["_custom_field_data"] = {**obj._custom_field_data, **custom}
        return values

    def _attach_cables(self, objects: Mapping[Key, Any]) -> None:
        """The ends of cables, where they are rows of their own: of cables that come back, and at ports that do."""
        rows = [row for key in objects for row in end_rows(key[1], self.stories[key].ends)]
        ports = [
            key
            for key in objects
            if self.stories[key].cable_key and ("dcim.cable", self.stories[key].cable_key) not in self._back
        ]
        for chunk in chunks(sorted({self.stories[key].cable_key or "" for key in ports})):
            loose = loose_ends(chunk)
            for key in sorted(ports, key=lambda key: self.stories[key].name):
                cable = self.stories[key].cable_key or ""
                if loose.get(cable):
                    end = {loose[cable].pop(): {"object_type": key[0], "id": key[1]}}
                    rows += end_rows(cable, end)
        for row, port in rows:
            if port in self._there or port in objects:
                self.plan.restore(object_of(_END, row), reason=self.reason)
            else:
                self.plan.remark(f"cable {row['cable']}: its end, {noun(port[0])} {port[1]}, does not exist any more.")

    def _along(self) -> frozenset[Key]:
        """What may go with what was created: what was there when the newest of the entries was made.

        The components of a new device come a moment after it, and have no entries of their own.
        """
        if not self._going:
            return frozenset()
        last = max(self.stories[key].last for key in self._going)
        touched_since = last_changes([self.stories[key] for key in self._going])
        by_label: defaultdict[str, list[Any]] = defaultdict(list)
        for (label, _), obj in self._going.items():
            by_label[label].append(obj)
        touched: defaultdict[str, set[str]] = defaultdict(set)
        for objects in by_label.values():
            for other, pk in along_with(objects):
                touched[other].add(pk)
        found = set(self._going)
        for label, keys in touched.items():
            model = apps.get_model(label)
            if _column(model, "created") is None:  # of assignments only the log tells
                found.update(() if touched_since else ((label, pk) for pk in keys))
                continue
            for chunk in chunks(sorted(keys)):
                early = model._base_manager.filter(pk__in=chunk, created__lte=last + _A_MOMENT)
                later = ObjectChange.objects.filter(changed_object_id__in=chunk, action=_CREATE, time__gt=last)
                keys_of_later = set(later.values_list("changed_object_id", flat=True))
                found.update((label, str(pk)) for pk in early.values_list("pk", flat=True) if pk not in keys_of_later)
        return frozenset(found)

    # What the log does not tell

    def _remark(self) -> None:
        silent = [
            story
            for story in self.stories.values()
            if any(step.changed is None for step in story.steps if step.action == _UPDATE)
        ]
        if silent:
            self.plan.remark(
                f"The change log does not have what {len(silent)} objects were before they were changed: "
                f"{_named([str(story) for story in silent])}. These changes are left as they are."
            )
        vague = [
            story
            for story in self.stories.values()
            if any(step.changed == {} for step in story.steps if step.action == _UPDATE)
        ]
        if vague:
            self.plan.remark(
                f"Of {len(vague)} objects the change log has changes without telling what changed (assignments, for one): "
                f"{_named([str(story) for story in vague])}."
            )
        if pointers := emptied_by_deleting({label for label, _ in self._back}):
            self.plan.remark(
                "What pointed at deleted objects and was emptied then, the change log does not tell. Look at: "
                f"{_named(pointers)}."
            )


def _fetch(stories: Mapping[Key, Story]) -> dict[Key, Any]:
    """The objects as they are now, with the many-to-many fields that are compared; a query a model and thousand."""
    wanted: defaultdict[str, list[str]] = defaultdict(list)
    lists: defaultdict[str, set[str]] = defaultdict(set)
    for (label, pk), story in stories.items():
        wanted[label].append(pk)
        model = apps.get_model(label)
        for step in story.steps:
            lists[label].update(name for name in step.changed or {} if related_by(model, name) is not None)
    found = {}
    for label, keys in wanted.items():
        objects = apps.get_model(label)._base_manager.prefetch_related(*sorted(lists[label]))
        for chunk in chunks(keys):
            found.update({(label, str(obj.pk)): obj for obj in objects.filter(pk__in=chunk)})
    return found


def _state(obj: Any, story: Story) -> State:
    """The present state in the words of the change log: columns, and what the entries have changed."""
    row = {name: value for name, value in row_of(obj).items() if not name.startswith("_") and name not in SET_BY_CABLES}
    row.pop(obj._meta.pk.name)
    found = flat({**row, "custom_fields": getattr(obj, "_custom_field_data", None)})
    for step in story.steps:
        for name in step.changed or {}:
            if related_by(type(obj), name) is not None:
                members = getattr(obj, name).all()
                found[name] = sorted(each.name if name == "tags" else str(each.pk) for each in members)
    return found


def _row_and_lists(model: type[Model], story: Story, state: State) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Columns and many-to-many fields of an object that comes back."""
    row = {name: value for name, value in state.items() if _column(model, name) is not None}
    row = {name: value for name, value in row.items() if name not in SET_BY_CABLES}
    row[model._meta.pk.name] = story.pk
    if hasattr(model, "_custom_field_data"):
        row["_custom_field_data"] = {
            name.removeprefix(CUSTOM): value for name, value in state.items() if name.startswith(CUSTOM)
        }
    lists = {
        name: value for name, value in state.items() if isinstance(value, list) and related_by(model, name) is not None
    }
    return row, {**story.lists, **{name: list(map(str, value)) for name, value in lists.items()}}


def _same(model: type[Model], name: str, one: Any, other: Any) -> bool:
    if one == other:
        return True
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    field = _column(model, name)
    if field is None:
        return not one and not other
    try:
        return bool(read_value(field, one) == read_value(field, other))
    except (ValidationError, ValueError, TypeError):
        return False


def _column(model: type[Model], name: str) -> Any:
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if field.concrete and not field.many_to_many else None


def _references(label: str, row: Mapping[str, Any]) -> Iterator[tuple[str, str, str, bool]]:
    """What an object names: model, primary key, field, and whether the field may be empty."""
    model = apps.get_model(label)
    for field in model._meta.concrete_fields:
        if field.is_relation and row.get(field.name) is not None:
            yield field.related_model._meta.label_lower, str(row[field.name]), field.name, field.null
    for field in model._meta.private_fields:
        if isinstance(field, GenericForeignKey) and row.get(field.ct_field) and row.get(field.fk_field):
            target = ContentType.objects.get_for_id(row[field.ct_field]).model_class()
            if target is not None:
                yield target._meta.label_lower, str(row[field.fk_field]), field.name, False


def _contains(keys: Iterable[Any], objects: Iterable[Any]) -> bool:
    return {str(key) for key in keys} == {str(getattr(each, "pk", each)) for each in objects}


def _named(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
