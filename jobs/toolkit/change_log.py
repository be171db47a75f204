"""Nautobot's change log, read backwards: what objects were before some of its entries, and a plan that makes them so again.

An entry has the state of an object after a change, or, of a deletion, before it (`object_data`). What a change did is
the difference to the entry of the same object before it. Entries that are to be taken back are followed from the newest
to the oldest; whatever is not any more as an entry left it has been changed since, and is a conflict.

What the entries lack stands in `object_data_v2`, as the REST API tells it: many-to-many fields with a model of their
own between, and the ends of cables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import SET_NULL, Case, JSONField, Model, OuterRef, QuerySet, Subquery, When
from nautobot.extras.models import ObjectChange, Tag

from .access import RefusalError
from .compat import SET_BY_CABLES
from .compat_cables import end_rows, loose_ends
from .journal import along_with
from .plan import Plan
from .row_data import in_order, object_of, read_value, row_of

MOST_OBJECTS = 20_000
_CHUNK = 1000
_MOST_NAMED = 10
_A_MOMENT = timedelta(minutes=1)
_CUSTOM = "custom_fields."
_END = "dcim.cabletocabletermination"
# Set by Nautobot itself at every change.
_CLOCKS = frozenset({"created", "last_updated"})
_CREATE, _UPDATE, _DELETE = "create", "update", "delete"

_Key = tuple[str, str]  # label of a model, primary key as text
_State = dict[str, Any]  # of a whole object, as the change log has it, custom fields one by one


class Step(NamedTuple):
    """What one entry of the change log did to an object.

    Args:
        action: "create", "update" or "delete".
        when: and who, for messages: "2026-01-02 03:04 by noc".
        data: of a creation the state after it, of a deletion the state before it.
        changed: of an update, names of fields to their values before and after; None if the log does not tell.
    """

    action: str
    when: str
    data: _State = {}
    changed: dict[str, tuple[Any, Any]] | None = None


class Story:
    """The entries of one object that are to be taken back.

    Args:
        label: the object's model.
        pk: its primary key, as text.
        name: as the newest entry has it.

    Attributes:
        steps: the newest first.
        lists: of a deleted one, many-to-many fields that only `object_data_v2` has, to primary keys.
        ends: of a deleted cable, its ends as `object_data_v2` has them.
        cable: of a deleted port, the primary key of its cable, or None.
        last: when the newest of them was made.
    """

    def __init__(self, label: str, pk: str, name: str, last: Any) -> None:
        self.label, self.pk, self.name, self.last = label, pk, name, last
        self.steps: list[Step] = []
        self.lists: dict[str, list[str]] = {}
        self.ends: Mapping[str, Any] = {}
        self.cable: str | None = None

    @property
    def key(self) -> _Key:
        """Model and primary key of the object."""
        return self.label, self.pk

    def __str__(self) -> str:
        return f"{_noun(self.label)} {self.name}"


def flat(data: Mapping[str, Any] | None) -> _State:
    """`object_data` with custom fields one by one."""
    found = {name: value for name, value in (data or {}).items() if name != "custom_fields"}
    found.update({f"{_CUSTOM}{name}": value for name, value in ((data or {}).get("custom_fields") or {}).items()})
    return {name: sorted(value, key=str) if name == "tags" else value for name, value in found.items()}


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Names to the values before and after, of what an update has changed."""
    return {
        name: (before.get(name), after.get(name))
        for name in sorted({*before, *after} - _CLOCKS)
        if before.get(name) != after.get(name)
    }


def rewind(
    state: _State | None,
    steps: Iterable[Step],
    *,
    delete_created: bool,
    same: Callable[[str, Any, Any], bool] = lambda _, one, other: bool(one == other),
) -> tuple[_State | None, list[str]]:
    """The state of an object before these steps, and what stands in the way.

    Args:
        state: what it is now, None if it is not there. What it does not name is taken for unchanged.
        steps: the newest first.
        delete_created: what was created is to go.
        same: whether two values of a field mean the same.
    """
    state = None if state is None else dict(state)
    conflicts: list[str] = []
    for step in steps:
        if step.action == _DELETE:
            if state is None:
                state = dict(step.data)
        elif step.action == _CREATE:
            if delete_created and state is not None:
                changed = [
                    name
                    for name, value in step.data.items()
                    if name in state and name not in _CLOCKS and not same(name, state[name], value)
                ]
                if changed:
                    conflicts.append(f"{', '.join(changed)} changed since it was created")
                else:
                    state = None
        elif state is None:
            conflicts.append("does not exist any more")
        else:
            for name, (before, after) in (step.changed or {}).items():
                if same(name, state.get(name), after):
                    state[name] = before
                elif not same(name, state.get(name), before):
                    conflicts.append(f"{name.removeprefix(_CUSTOM)} changed since")
    return state, conflicts


# Reading the log


def read_stories(entries: QuerySet) -> dict[_Key, Story]:
    """The entries by object, the object of the newest entry first; read a thousand at a time.

    Raises:
        RefusalError: there are too many.
    """
    earlier = ObjectChange.objects.filter(
        changed_object_type=OuterRef("changed_object_type"),
        changed_object_id=OuterRef("changed_object_id"),
        time__lt=OuterRef("time"),
    )
    before = [
        Case(When(action=_UPDATE, then=Subquery(earlier.order_by("-time").values(name)[:1])), output_field=JSONField())
        for name in ("object_data", "object_data_v2")
    ]
    rows = (
        entries.order_by("-time", "-pk")
        .annotate(before=before[0], rest_before=before[1])
        .values_list(
            "changed_object_type_id",
            "changed_object_id",
            "object_repr",
            "action",
            "time",
            "user_name",
            "object_data",
            "before",
            "object_data_v2",
            "rest_before",
        )
    )
    stories: dict[_Key, Story] = {}
    for type_id, pk, name, action, time, user, data, then, rest, rest_then in rows.iterator(_CHUNK):
        model = ContentType.objects.get_for_id(type_id).model_class() if type_id else None
        if model is None:  # of an app that is not installed any more
            continue
        key = (model._meta.label_lower, str(pk))
        if key not in stories:
            if len(stories) == MOST_OBJECTS:
                raise RefusalError(f"The entries are about more than {MOST_OBJECTS:,} objects: choose fewer.")
            stories[key] = Story(*key, name, time)
        story, when = stories[key], f"{time:%Y-%m-%d %H:%M} by {user}"
        if action == _UPDATE:
            changed = None
            if then is not None:
                lists = (_lists(model, then, rest_then), _lists(model, data, rest))
                changed = difference({**flat(then), **lists[0]}, {**flat(data), **lists[1]})
            story.steps.append(Step(_UPDATE, when, changed=changed))
        else:
            story.steps.append(Step(action, when, flat(data)))
            if action == _DELETE and not story.lists and rest:
                story.lists = {name: keys for name, keys in _lists(model, data, rest).items() if keys}
                if key[0] == "dcim.cable":
                    story.ends = rest.get("terminations") or {}
                story.cable = (rest.get("cable") or {}).get("id")
    return stories


def _lists(model: type[Model], data: Mapping[str, Any], rest: Mapping[str, Any] | None) -> dict[str, list[str]]:
    """Many-to-many fields that only the REST form has."""
    found = {}
    for name, content in (rest or {}).items():
        known = isinstance(content, list) and name not in data and _related(model, name) is not None
        if known and all(isinstance(each, dict) and "id" in each for each in content):
            found[name] = sorted(str(each["id"]) for each in content)
    return found


def _related(model: type[Model], name: str) -> type[Model] | None:
    """The model behind a many-to-many field, at either side of it."""
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if not field.many_to_many or not hasattr(model, name):
        return None
    return field.related_model


# Planning


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
        self, plan: Plan, stories: dict[_Key, Story], *, reason: str, delete_created: bool, leave_changed: bool
    ) -> None:
        self.plan = plan
        self.stories = stories
        self.reason = reason
        self.delete_created = delete_created
        self.leave_changed = leave_changed
        self._present = _fetch(stories)
        self._tags: dict[str, Any] = {}
        self._back: dict[_Key, dict[str, Any]] = {}
        self._lists: dict[_Key, dict[str, list[str]]] = {}
        self._updates: dict[_Key, _State] = {}
        self._going: dict[_Key, Any] = {}
        self._there: set[_Key] = set()

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
        then, conflicts = rewind(
            now, story.steps, delete_created=self.delete_created, same=lambda *values: _same(model, *values)
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
        last = _last_changes([story for story, _ in conflicts])
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
                related = _related(apps.get_model(key[0]), name)
                if name != "tags" and related is not None:
                    wanted[related._meta.label_lower].update(map(str, members or ()))
        names = {
            tag
            for key in {**self._lists, **self._updates}
            for tag in self._lists.get(key, self._updates.get(key, {})).get("tags") or ()
        }
        self._tags = {tag.name: tag for chunk in _chunks(sorted(names)) for tag in Tag.objects.filter(name__in=chunk)}
        for label, targets in wanted.items():
            manager = apps.get_model(label)._base_manager
            for chunk in _chunks(sorted(targets)):
                self._there.update((label, str(pk)) for pk in manager.filter(pk__in=chunk).values_list("pk", flat=True))
        self._there -= set(self._going)
        for key in [*self._back, *self._updates]:
            row = self._back.get(key, self._updates.get(key, {}))
            for label, pk, name, null in _references(key[0], dict(row)):
                if (label, pk) in self._there or (label, pk) in self._back:
                    continue
                text = (
                    f"{self.stories[key]}: its {name.replace('_', ' ')}, {_noun(label)} {pk}, does not exist any more"
                )
                if not null:
                    self.plan.problem(f"{text}. Choose the change that deleted it, too.")
                elif key in self._back:
                    row[name] = None
                    self.plan.remark(f"{text}; it comes back without.")
                else:
                    del row[name]
                    self.plan.remark(f"{text}; that is left as it is.")

    def _objects(self, key: _Key, name: str, keys: Iterable[str], *, planned: bool) -> list[Any]:
        """What a many-to-many field of an object contained, as far as it is there, or comes back."""
        related = _related(apps.get_model(key[0]), name)
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
        done: set[_Key] = set()
        along = self._along()
        later: list[tuple[Any, str, Any]] = []
        objects: dict[_Key, Any] = {}
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
                if _related(type(obj), name) is not None
            }
            if any(not _contains(self.plan.value(obj, name).raw, keys) for name, keys in lists.items()):
                self.plan.update(obj, reason=self.reason, **lists)
        self._attach_cables({key: obj for key, obj in objects.items() if key in self._back})

    def _many(self, key: _Key) -> dict[str, list[Any]]:
        found = {name: self._objects(key, name, keys, planned=False) for name, keys in self._lists[key].items()}
        return {name: keys for name, keys in found.items() if keys}

    def _values(self, key: _Key, obj: Any) -> dict[str, Any]:
        """The fields of an update, as the plan takes them; many-to-many fields come when all that they name is back."""
        values: dict[str, Any] = {}
        custom = {}
        for name, value in self._updates[key].items():
            if name.startswith(_CUSTOM):
                custom[name.removeprefix(_CUSTOM)] = value
            elif _column(type(obj), name) is not None:
                values[name] = read_value(_column(type(obj), name), value)
        if custom:
            values["_custom_field_data"] = {**obj._custom_field_data, **custom}
        return values

    def _attach_cables(self, objects: Mapping[_Key, Any]) -> None:
        """The ends of cables, where they are rows of their own: of cables that come back, and at ports that do."""
        rows = [row for key in objects for row in end_rows(key[1], self.stories[key].ends)]
        ports = [
            key
            for key in objects
            if self.stories[key].cable and ("dcim.cable", self.stories[key].cable) not in self._back
        ]
        for chunk in _chunks(sorted({self.stories[key].cable or "" for key in ports})):
            loose = loose_ends(chunk)
            for key in sorted(ports, key=lambda key: self.stories[key].name):
                cable = self.stories[key].cable or ""
                if loose.get(cable):
                    end = {loose[cable].pop(): {"object_type": key[0], "id": key[1]}}
                    rows += end_rows(cable, end)
        for row, port in rows:
            if port in self._there or port in objects:
                self.plan.restore(object_of(_END, row), reason=self.reason)
            else:
                self.plan.remark(f"cable {row['cable']}: its end, {_noun(port[0])} {port[1]}, does not exist any more.")

    def _along(self) -> frozenset[_Key]:
        """What may go with what was created: what was there when the newest of the entries was made.

        The components of a new device come a moment after it, and have no entries of their own.
        """
        if not self._going:
            return frozenset()
        last = max(self.stories[key].last for key in self._going)
        touched_since = _last_changes([self.stories[key] for key in self._going])
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
            for chunk in _chunks(sorted(keys)):
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
        pointers = sorted({text for label, _ in self._back for text in _pointers(label)})
        if pointers:
            self.plan.remark(
                "What pointed at deleted objects and was emptied then, the change log does not tell. Look at: "
                f"{_named(pointers)}."
            )


def _fetch(stories: Mapping[_Key, Story]) -> dict[_Key, Any]:
    """The objects as they are now, with the many-to-many fields that are compared; a query a model and thousand."""
    wanted: defaultdict[str, list[str]] = defaultdict(list)
    lists: defaultdict[str, set[str]] = defaultdict(set)
    for (label, pk), story in stories.items():
        wanted[label].append(pk)
        model = apps.get_model(label)
        for step in story.steps:
            lists[label].update(name for name in step.changed or {} if _related(model, name) is not None)
    found = {}
    for label, keys in wanted.items():
        objects = apps.get_model(label)._base_manager.prefetch_related(*sorted(lists[label]))
        for chunk in _chunks(keys):
            found.update({(label, str(obj.pk)): obj for obj in objects.filter(pk__in=chunk)})
    return found


def _state(obj: Any, story: Story) -> _State:
    """The present state in the words of the change log: columns, and what the entries have changed."""
    row = {name: value for name, value in row_of(obj).items() if not name.startswith("_") and name not in SET_BY_CABLES}
    row.pop(obj._meta.pk.name)
    found = flat({**row, "custom_fields": getattr(obj, "_custom_field_data", None)})
    for step in story.steps:
        for name in step.changed or {}:
            if _related(type(obj), name) is not None:
                members = getattr(obj, name).all()
                found[name] = sorted(each.name if name == "tags" else str(each.pk) for each in members)
    return found


def _row_and_lists(model: type[Model], story: Story, state: _State) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Columns and many-to-many fields of an object that comes back."""
    row = {name: value for name, value in state.items() if _column(model, name) is not None}
    row = {name: value for name, value in row.items() if name not in SET_BY_CABLES}
    row[model._meta.pk.name] = story.pk
    if hasattr(model, "_custom_field_data"):
        row["_custom_field_data"] = {
            name.removeprefix(_CUSTOM): value for name, value in state.items() if name.startswith(_CUSTOM)
        }
    lists = {
        name: value for name, value in state.items() if isinstance(value, list) and _related(model, name) is not None
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


def _pointers(label: str) -> Iterator[str]:
    """Fields that are emptied when an object of the model is deleted."""
    for relation in apps.get_model(label)._meta.related_objects:
        if getattr(relation, "on_delete", None) is SET_NULL and not relation.related_model._meta.auto_created:
            yield f"{relation.related_model._meta.verbose_name} {relation.field.verbose_name}"


def _last_changes(stories: Iterable[Story]) -> dict[_Key, str]:
    """Who has changed objects last after these entries, and when."""
    by_pk = {story.pk: story for story in stories}
    found: dict[_Key, str] = {}
    for chunk in _chunks(sorted(by_pk)):
        rows = ObjectChange.objects.filter(changed_object_id__in=chunk).order_by("time")
        for pk, user, when in rows.values_list("changed_object_id", "user_name", "time"):
            story = by_pk[str(pk)]
            if when > story.last:
                found[story.key] = f"by {user} on {when:%Y-%m-%d %H:%M}"
    return found


def _contains(keys: Iterable[Any], objects: Iterable[Any]) -> bool:
    return {str(key) for key in keys} == {str(getattr(each, "pk", each)) for each in objects}


def _noun(label: str) -> str:
    return str(apps.get_model(label)._meta.verbose_name)


def _named(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _chunks(values: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
