"""The files of a plan, `plan.csv` for spreadsheets and `plan.json` for machines, and its fingerprint.

The one for people is in `plan_html`.

The JSON file is one object:

    schema       "plan/1"; a change that breaks readers changes the number
    job          class path of the Job
    title        its name in Nautobot
    user         who ran it
    request      what was asked for, in words
    nautobot     address of the Nautobot, "" if unknown
    started      time in ISO 8601 with time zone
    applied      whether the changes are in the database now; false after a dry run
    fingerprint  20 hexadecimal digits: the same for the same changes of the same objects (see `fingerprint`)
    counts       object: changes, created, updated, deleted, unchanged, problems
    along        object: label of a model to how many of its objects are deleted along with others
    problems     list of objects: row, message
    remarks      list of texts
    changes      list of objects, in the order in which they are made:
        number   from 1
        row      the part of the request that it comes from, "" if it has none
        action   "create", "update" or "delete"
        verb     what people call it
        model    "dcim.device"
        pk       primary key; null for an object that is created
        object   its name
        url      its page; a path alone if the address of Nautobot is unknown
        reason   why
        fields   list of objects: field, before, after (texts; null where there is none)
"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldError
from nautobot.apps.jobs import Job
from nautobot.extras.models import JobResult

from .attachments import attached, safe_cell
from .links import base_url, object_path
from .plan import CREATE, DELETE, UPDATE, Change, Plan, Problem, Value
from .subjects import subject_of

_CHUNK = 1000
_MOST_DIFFERENCES = 20


class Names:
    """What objects are called: one question a model and a thousand objects.

    Args:
        keys: labels of models with primary keys.
    """

    def __init__(self, keys: Iterable[tuple[str, Any]]) -> None:
        self._names: dict[tuple[str, Any], str] = {}
        self.add_keys(keys)

    def add_keys(self, keys: Iterable[tuple[str, Any]]) -> None:
        """Ask for more names."""
        wanted: defaultdict[str, list[Any]] = defaultdict(list)
        for label, pk in keys:
            if (label, pk) not in self._names:
                wanted[label].append(pk)
        for label, pks in wanted.items():
            for start in range(0, len(pks), _CHUNK):
                chunk = pks[start : start + _CHUNK]
                self._names.update({(label, pk): name for pk, name in _names_of(label, chunk)})

    def add_values(self, changes: Iterable[Change]) -> None:
        """Ask for the names of what fields point at, before and after."""
        self.add_keys(
            (value.label, pk)
            for change in changes
            for value in (*change.before.values(), *change.after.values())
            if value.label
            for pk in (value.raw if isinstance(value.raw, tuple) else (value.raw,))
            if pk is not None
        )

    def get(self, key: tuple[str, Any], default: str = "") -> str:
        """The name of an object."""
        return self._names.get(key, default)

    def text(self, value: Value | None) -> str | None:
        """A value as people read it."""
        if value is None or value.raw in (None, "", (), [], {}):
            return None
        if value.label:
            keys = value.raw if isinstance(value.raw, tuple) else (value.raw,)
            return ", ".join(sorted(self.get((value.label, pk)) or str(pk) for pk in keys))
        if isinstance(value.raw, bool):
            return "yes" if value.raw else "no"
        if isinstance(value.raw, (dict, list)):
            return json.dumps(value.raw, ensure_ascii=False, default=str)
        return str(value.raw)


def _names_of(label: str, keys: Sequence[Any]) -> Iterator[tuple[Any, str]]:
    model, subject = apps.get_model(label), subject_of(label)
    objects = model._default_manager.filter(pk__in=keys).order_by()
    annotations = {name: each for name, each in subject.annotations().items() if name.startswith("subject_name_")}
    try:
        rows = list(objects.annotate(**annotations).values("pk", *annotations))
    except FieldError:  # of a model that has no name
        yield from ((obj.pk, str(obj)) for obj in objects.select_related())
        return
    yield from ((row["pk"], subject.display(row)) for row in rows)


class Outcome:
    """What one run has done, or would do.

    Args:
        job: the Job that runs.
        request: what was asked for, in words.
        started: when it began.
        dryrun: nothing is kept of what it does.
    """

    def __init__(self, job: Job, request: str, started: datetime, dryrun: bool = True) -> None:
        self.job = job.class_path
        self.title = job.name
        self.user = str(job.user)
        self.run_url = job.job_result.get_absolute_url()
        self.request = request
        self.started = started
        self.dryrun = dryrun
        self.base_url = base_url()
        self.plan = Plan(None)
        self.problems: list[Problem] = []
        self.names = Names(())
        self.along: Counter[str] = Counter()
        self.fingerprint = ""
        self.applicable = False
        self.applied = False

    def take(self, plan: Plan, left_out: Sequence[Problem]) -> None:
        """Take the plan of an attempt, and the problems of earlier ones."""
        self.plan = plan
        known = set(left_out)
        self.problems = [*left_out, *(problem for problem in plan.problems if problem not in known)]
        self.fingerprint = fingerprint(plan.changes)
        # With bad rows left out, and nothing else wrong, the good rows can be applied.
        self.applicable = bool(plan.changes) and len(self.problems) == len(left_out)

    def counts(self) -> dict[str, Any]:
        """What the Job returns."""
        actions = self.plan.counts()
        return {
            "changes": len(self.plan.changes),
            "created": actions[CREATE],
            "updated": actions[UPDATE],
            "deleted": actions[DELETE],
            "unchanged": self.plan.unchanged,
            "problems": len(self.problems),
            "applied": self.applied,
            "fingerprint": self.fingerprint,
        }

    def summary(self) -> str:
        """The counts in words."""
        counts = self.counts()
        parts = [f"{counts[name]} {name}" for name in ("created", "updated", "deleted") if counts[name]]
        done = "Done" if self.applied else "Would be done"
        rest = f"; {counts['unchanged']} already as requested" if counts["unchanged"] else ""
        return f"{done}: {counts['changes']} changes ({', '.join(parts)}){rest}."

    def in_words(self, change: Change) -> str:
        """One change in a line, in Markdown."""
        fields = "; ".join(
            f"{each['field']}: {each['before'] or '–'} → {each['after'] or '–'}"
            if change.action == UPDATE
            else f"{each['field']}: {each['after'] or each['before']}"
            for each in self.fields(change)
        )
        noun = apps.get_model(change.label)._meta.verbose_name
        text = f"{change.verb} {noun} {self._called(change)} ({change.reason})"
        return f"{text}: {fields}" if fields and change.action == UPDATE else text

    def _called(self, change: Change) -> str:
        """The name of a change's object; of one that could not be made, what it was to be called."""
        return self.names.get(change.key) or str(getattr(change.obj, "name", None) or change.pk)

    def fields(self, change: Change) -> list[dict[str, str | None]]:
        """The fields of a change, as texts."""
        return [
            {
                "field": name.strip("_"),
                "before": self.names.text(change.before.get(name)),
                "after": self.names.text(change.after.get(name)),
            }
            for name in dict.fromkeys((*change.before, *change.after))
        ]

    def record(self, place: int, change: Change) -> dict[str, Any]:
        """A change as an object of `plan.json`."""
        gone = (change.action == CREATE and not self.applied) or (change.action == DELETE and self.applied)
        return {
            "number": place,
            "row": change.row,
            "action": change.action,
            "verb": change.verb,
            "model": change.label,
            "pk": None if change.action == CREATE and not self.applied else str(change.pk),
            "object": self._called(change),
            "url": "" if gone else self.base_url + object_path(change.label, change.pk),
            "reason": change.reason,
            "fields": self.fields(change),
        }

    def records(self) -> Iterator[dict[str, Any]]:
        """All changes, as `plan.json` has them."""
        return (self.record(place, change) for place, change in enumerate(self.plan.changes, 1))

    def as_json(self) -> dict[str, Any]:
        """What `plan.json` has."""
        counts = self.counts()
        return {
            "schema": "plan/1",
            "job": self.job,
            "title": self.title,
            "user": self.user,
            "request": self.request,
            "nautobot": self.base_url,
            "started": self.started.isoformat(),
            "applied": counts.pop("applied"),
            "fingerprint": counts.pop("fingerprint"),
            "counts": counts,
            "along": dict(self.along),
            "problems": [{"row": problem.row, "message": problem.message} for problem in self.problems],
            "remarks": self.plan.remarks,
            "changes": list(self.records()),
        }


def fingerprint(changes: Sequence[Change]) -> str:
    """20 hexadecimal digits, the same for the same changes of the same objects in the same order.

    Objects that the plan creates have other primary keys each time: they count by their place in the plan. What is only
    told (reasons, rows, names) does not count.
    """
    places = {change.key: str(place) for place, change in enumerate(changes) if change.action == CREATE}
    for place, change in enumerate(changes):
        places |= {(part._meta.label_lower, part.pk): f"{place}.{number}" for number, part in enumerate(change.parts)}

    def key_of(label: str, pk: Any) -> str:
        return f"new {places[label, pk]}" if (label, pk) in places else str(pk)

    def text_of(value: Value) -> Any:
        if not value.label:
            return value.raw
        if isinstance(value.raw, tuple):
            return sorted(key_of(value.label, pk) for pk in value.raw)
        return key_of(value.label, value.raw)

    digest = sha256()
    for change in changes:
        record = [
            change.action,
            change.label,
            key_of(*change.key),
            {name: text_of(value) for name, value in change.before.items() if change.action == UPDATE},
            {name: text_of(value) for name, value in change.after.items()},
        ]
        digest.update(json.dumps(record, sort_keys=True, default=str).encode())
    return digest.hexdigest()[:20]


def find_reviewed(job: Job, wanted: str) -> dict[str, Any] | None:
    """What `plan.json` of the last run of this Job with that fingerprint has, if the user may view that run."""
    runs = JobResult.objects.restrict(job.user, "view").filter(
        job_model=job.job_model, result__fingerprint=wanted, result__applied=False
    )
    for run in runs.order_by("-date_created")[:1]:
        try:
            with attached(run, "plan.json") as file:
                return dict(json.load(file))
        except FileNotFoundError:
            return None
    return None


def differences(reviewed: Mapping[str, Any], outcome: Outcome) -> list[str]:
    """What a plan has and the reviewed one had not, and the other way round, as lines."""

    def lines(changes: Iterable[Mapping[str, Any]]) -> Counter[str]:
        return Counter(_line(change) for change in changes)

    then, now = lines(reviewed["changes"]), lines(outcome.records())
    found = [f"- reviewed, but not now: {line}" for line in then - now]
    found += [f"- now, but not reviewed: {line}" for line in now - then]
    if not found:
        return ["- The same changes, in another order or of other objects of the same names."]
    rest = len(found) - _MOST_DIFFERENCES
    return found[:_MOST_DIFFERENCES] + ([f"- and {rest} more"] if rest > 0 else [])


def _line(change: Mapping[str, Any]) -> str:
    fields = "; ".join(
        f"{each['field']}: {each['before'] or '–'} → {each['after'] or '–'}" for each in change["fields"]
    )
    name = change["object"] if change["action"] != CREATE else ""
    return f"{change['verb']} {change['model']} {name} {fields}".replace("  ", " ").strip()


# The files


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write an object as JSON, one item of its lists a line."""
    with path.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, default=str)


COLUMNS = ("number", "row", "action", "verb", "model", "object", "field", "before", "after", "reason", "pk", "url")


def write_csv(path: Path, outcome: Outcome) -> None:
    """Write a line for each field of each change, for spreadsheets."""
    # With a byte order mark, without which Excel takes UTF-8 for something else.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for change in outcome.records():
            for each in change["fields"] or [{"field": "", "before": "", "after": ""}]:
                line = {**change, **each}
                writer.writerow([safe_cell(line[column]) for column in COLUMNS])
