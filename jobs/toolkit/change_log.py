"""Nautobot's change log, read backwards: what objects were before some of its entries, and a plan that makes them so again.

An entry has the state of an object after a change, or, of a deletion, before it (`object_data`). What a change did is
the difference to the entry of the same object before it. Entries that are to be taken back are followed from the newest
to the oldest; whatever is not any more as an entry left it has been changed since, and is a conflict.

What the entries lack stands in `object_data_v2`, as the REST API tells it: many-to-many fields with a model of their
own between, and the ends of cables.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db.models import SET_NULL, Case, JSONField, Model, OuterRef, QuerySet, Subquery, When
from nautobot.extras.models import ObjectChange

from .access import RefusalError
from .compat import SET_BY_CABLES
from .queries import chunks
from .row_data import Key

MOST_OBJECTS = 20_000
_CHUNK = 1000
CUSTOM = "custom_fields."
# Set by Nautobot itself at every change.
_CLOCKS = frozenset({"created", "last_updated"})
_CREATE = "create"
_UPDATE = "update"
_DELETE = "delete"

State = dict[str, Any]  # of a whole object, as the change log has it, custom fields one by one


class Step(NamedTuple):
    """What one entry of the change log did to an object.

    Args:
        action: "create", "update" or "delete".
        when: and who, for messages: "2026-01-02 03:04 by noc".
        data: of a creation the state after it, of a deletion the state before it.
        changed: of an update, names of fields to their values before and after; None if the log does not tell.
        request: what it was done by.
    """

    action: str
    when: str
    data: State = {}
    changed: dict[str, tuple[Any, Any]] | None = None
    request: Any = None


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
        cable_key: of a deleted port, the primary key of its cable, or None.
        last: when the newest of them was made.
        hidden: if the newest is the update of a port on a Nautobot before 3.2, `object_data` and `object_data_v2` before it.
    """

    def __init__(self, label: str, pk: str, name: str, last: Any) -> None:
        self.label, self.pk, self.name, self.last = label, pk, name, last
        self.steps: list[Step] = []
        self.lists: dict[str, list[str]] = {}
        self.ends: Mapping[str, Any] = {}
        self.cable_key: str | None = None
        self.hidden: tuple[State, Mapping[str, Any] | None] | None = None

    def read_deleted(self, data: State, rest: Mapping[str, Any]) -> None:
        """Read what an entry has of a deleted object beyond its columns, from `object_data` and `object_data_v2`."""
        lists = _lists(apps.get_model(self.label), data, rest)
        self.lists = {name: keys for name, keys in lists.items() if keys}
        if self.label == "dcim.cable":
            self.ends = rest.get("terminations") or {}
        self.cable_key = (rest.get("cable") or {}).get("id")

    @property
    def key(self) -> Key:
        """Model and primary key of the object."""
        return self.label, self.pk

    def __str__(self) -> str:
        return f"{noun(self.label)} {self.name}"


def flat(data: Mapping[str, Any] | None) -> State:
    """`object_data` with custom fields one by one."""
    found = {name: value for name, value in (data or {}).items() if name != "custom_fields"}
    found.update({f"{CUSTOM}{name}": value for name, value in ((data or {}).get("custom_fields") or {}).items()})
    return {name: sorted(value, key=str) if name == "tags" else value for name, value in found.items()}


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Names to the values before and after, of what an update has changed."""
    return {
        name: (before.get(name), after.get(name))
        for name in sorted({*before, *after} - _CLOCKS)
        if before.get(name) != after.get(name)
    }


def rewind(
    state: State | None,
    steps: Iterable[Step],
    *,
    delete_created: bool,
    same: Callable[[str, Any, Any], bool] = lambda _, one, other: bool(one == other),
) -> tuple[State | None, list[str]]:
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
                    conflicts.append(f"{name.removeprefix(CUSTOM)} changed since")
    return state, conflicts


def without_cables(steps: Iterable[Step]) -> list[Step]:
    """Steps without what cables set at their ends when they come and go, as they do when they are restored."""
    return [
        step._replace(changed={name: values for name, values in step.changed.items() if name not in SET_BY_CABLES})
        if step.changed
        else step
        for step in steps
    ]


# Reading the log


def read_stories(entries: QuerySet) -> dict[Key, Story]:
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
            "request_id",
        )
    )
    stories: dict[Key, Story] = {}
    for type_id, pk, name, action, time, user, data, then, rest, rest_then, request in rows.iterator(_CHUNK):
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
            if not story.steps and "cable" in data:
                story.hidden = (data, rest) if then is None else (then, rest_then)
            story.steps.append(Step(_UPDATE, when, changed=changed, request=request))
        else:
            story.steps.append(Step(action, when, flat(data), request=request))
            if action == _DELETE and not story.lists and rest:
                story.read_deleted(data, rest)
    return stories


def uncover_deletions(stories: Mapping[Key, Story], present: Container[Key]) -> None:
    """Read the deletions that the log hides.

    Before 3.2 Nautobot deletes a device's ports, and takes their cables off afterwards. One request has one entry of an
    object, so that of a port says "update" then, not "delete".

    Args:
        stories: read by `read_stories`; changed in place.
        present: keys of the objects that are there.
    """
    requests = {
        step.request
        for story in stories.values()
        if story.label == "dcim.cable"
        for step in story.steps
        if step.action == _DELETE
    }
    gone = [
        story
        for story in stories.values()
        if story.hidden is not None and story.key not in present and story.steps[0].request in requests
    ]
    later = last_changes(gone)
    for story in gone:
        if story.key not in later and story.hidden is not None:
            data, rest = story.hidden
            story.steps[0] = story.steps[0]._replace(action=_DELETE, data=flat(data), changed=None)
            story.read_deleted(data, rest or {})


def _lists(model: type[Model], data: Mapping[str, Any], rest: Mapping[str, Any] | None) -> dict[str, list[str]]:
    """Many-to-many fields that only the REST form has."""
    found = {}
    for name, content in (rest or {}).items():
        known = isinstance(content, list) and name not in data and related_by(model, name) is not None
        if known and all(isinstance(each, dict) and "id" in each for each in content):
            found[name] = sorted(str(each["id"]) for each in content)
    return found


def related_by(model: type[Model], name: str) -> type[Model] | None:
    """The model behind a many-to-many field, at either side of it."""
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if not field.many_to_many or not hasattr(model, name):
        return None
    return field.related_model


def noun(label: str) -> str:
    """What objects of a model are called."""
    return str(apps.get_model(label)._meta.verbose_name)


def emptied_by_deleting(labels: Iterable[str]) -> list[str]:
    """Fields that are emptied when objects of these models are deleted, in words."""
    return sorted(
        {
            f"{relation.related_model._meta.verbose_name} {relation.field.verbose_name}"
            for label in labels
            for relation in apps.get_model(label)._meta.related_objects
            if getattr(relation, "on_delete", None) is SET_NULL and not relation.related_model._meta.auto_created
        }
    )


def last_changes(stories: Iterable[Story]) -> dict[Key, str]:
    """Who has changed objects last after these entries, and when."""
    by_pk = {story.pk: story for story in stories}
    found: dict[Key, str] = {}
    for chunk in chunks(sorted(by_pk)):
        rows = ObjectChange.objects.filter(changed_object_id__in=chunk).order_by("time")
        for pk, user, when in rows.values_list("changed_object_id", "user_name", "time"):
            story = by_pk[str(pk)]
            if when > story.last:
                found[story.key] = f"by {user} on {when:%Y-%m-%d %H:%M}"
    return found
