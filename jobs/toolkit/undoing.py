"""The reverse of an applied plan, by its journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from nautobot.extras.models import JobResult, ObjectChange

from .compat import SET_BY_CABLES
from .plan import DELETE, UPDATE, Plan, value_of
from .row_data import fetch, in_order, is_clock, key_in, model_of, object_of, read_value, text_of

# Fields that Nautobot sets by itself when others come or go.
_COMPUTED = frozenset({("ipam.prefix", "parent"), ("ipam.ipaddress", "parent")})

# Nautobot saves results of Jobs that its own validation refuses: of a run that never started there is no worker.
_UNVALIDATED = frozenset({"extras.jobresult"})


class _Present:
    """What the database has now of the objects that the steps are about."""

    def __init__(self, steps: Iterable[Mapping[str, Any]]) -> None:
        wanted: defaultdict[str, list[str]] = defaultdict(list)
        for step in steps:
            wanted[step["model"]].append(step["pk"])
            for label, fields in step.get("rows", ()):
                wanted[label].append(key_in(label, fields))
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
                _put_back(plan, step, obj, reason, conflicts, back, present)
        elif obj is None:
            plan.keep()
        else:
            changed = [
                name for name, text in step["fields"].items() if not _was(obj, name, text) and not is_clock(obj, name)
            ]
            if changed:
                conflicts.append((label, pk, f"{step['name']} ({_noun(label)}): {', '.join(changed)} changed since"))
            plan.delete(obj, reason=reason, along=along)
            present.remove(label, pk)
    for message in _with_culprits(conflicts, result, data["request_id"]):
        plan.problem(message)


def _back_already(plan: Plan, steps: Iterable[Mapping[str, Any]], present: _Present) -> set[tuple[str, str]]:
    """Objects that were changed more than once, and are as a whole as they were before the first time.

    A field alone may be as it was while the object still has to go its way back: over a position that was free.
    """
    first: dict[tuple[str, str], dict[str, Any]] = {}
    again = set()
    for step in steps:
        if step["action"] == UPDATE:
            key = (step["model"], step["pk"])
            again |= {key} & first.keys()
            first[key] = {**step["before"], **first.get(key, {})}
    return {
        key
        for key in again
        if (obj := present.get(*key)) is not None and all(_is(plan, obj, *each) for each in first[key].items())
    }


def _put_back(
    plan: Plan,
    step: Mapping[str, Any],
    obj: Any,
    reason: str,
    conflicts: list[tuple[str, str, str]],
    back: Collection[tuple[str, str]],
    present: _Present,
) -> None:
    wanted = {}
    for name, before in step["before"].items() if (step["model"], step["pk"]) not in back else ():
        if _is(plan, obj, name, step["after"][name]):
            wanted[name] = _many_or_one(obj, name, before, present)
        elif not _is(plan, obj, name, before):
            conflicts.append(
                (step["model"], step["pk"], f"{step['name']} ({_noun(step['model'])}): {name} changed since")
            )
    plan.update(obj, reason=reason, unvalidated=bool(step.get("refused")), **wanted)


def _bring_back(
    plan: Plan, step: Mapping[str, Any], present: _Present, reason: str, conflicts: list[tuple[str, str, str]]
) -> None:
    missing = [(label, fields) for label, fields in step["rows"] if present.get(label, key_in(label, fields)) is None]
    plan.keep(len(step["rows"]) - len(missing))
    later: list[tuple[Any, str, Any]] = []
    for label, fields, postponed in in_order(missing):
        obj = object_of(label, {**fields, **dict.fromkeys(postponed)})
        plan.restore(obj, reason=reason)
        present.add(obj)
        later += [(obj, name, fields[name]) for name in postponed if name not in SET_BY_CABLES]
    for obj, name, text in later:
        plan.update(obj, reason=reason, **{name: read_value(obj._meta.get_field(name), text)})
    for label, pk, name, text in step["emptied"]:
        obj = present.get(label, pk)
        if name in SET_BY_CABLES:
            continue  # by the cable that comes back; meanwhile another one may have been there
        if obj is None:
            conflicts.append((label, pk, f"{_noun(label)} {pk} does not exist any more"))
        elif _is(plan, obj, name, None):
            values = {name: read_value(obj._meta.get_field(name), text)}
            plan.update(obj, reason=reason, unvalidated=label in _UNVALIDATED, **values)
        elif not _is(plan, obj, name, text):
            conflicts.append((label, pk, f"{obj} ({_noun(label)}): {name} changed since"))


def _is(plan: Plan, obj: Any, name: str, text: Any) -> bool:
    """Is a field, after what is planned so far, what the text says?"""
    value = plan.value(obj, name).raw
    return bool(text_of(obj._meta.get_field(name), value) == text)


def _was(obj: Any, name: str, text: Any) -> bool:
    """Is a field, before anything that is planned, what the text says?"""
    field = obj._meta.get_field(name)
    return bool(text_of(field, value_of(obj, field).raw) == text)


def _many_or_one(obj: Any, name: str, text: Any, present: _Present) -> Any:
    field = obj._meta.get_field(name)
    if not field.many_to_many:
        return read_value(field, text)
    # Tags have to be objects: they take a text for a name. What the plan itself brings back is not in the database yet.
    label = field.related_model._meta.label_lower
    there = fetch(label, text)
    found = (there.get(key) or present.get(label, key) for key in text)
    return [each for each in found if each is not None]


def _noun(label: str) -> str:
    return str(model_of(label)._meta.verbose_name)


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
