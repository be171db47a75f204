"""What a policy of retention takes away: querysets, and what they count and contain."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    Count,
    Exists,
    F,
    FileField,
    Func,
    IntegerField,
    Min,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    Window,
)
from django.db.models.functions import Cast, Coalesce, RowNumber
from django.utils import timezone
from nautobot.extras.choices import JobResultStatusChoices
from nautobot.extras.models import FileAttachment, FileProxy, JobLogEntry, JobResult, ObjectChange, ScheduledJob

from ..toolkit.access import visible
from ..toolkit.journal import FILE_NAME
from .retention_policy import CHANGES, FILES, LOGS, ORPHANS, RESULTS, Policy, Rule

_ENDED = JobResultStatusChoices.READY_STATES
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Of contents that belong to nothing there is no date; those that were there before and are so still may go.
MOST_CONTENTS = 200_000
_CHUNK = 1000


class Octets(Func):
    """How many bytes a text or binary column has."""

    function = "OCTET_LENGTH"
    output_field = IntegerField()


@dataclass
class Part:
    """What goes of one kind.

    Args:
        kind: of the policy.
        what: what it is: "job results".
        objects: the objects, limited to those that the user may delete.
        clock: the field that their age is told by.
        groups: by which they are counted.
        content: how many bytes one has; None for files, whose contents are elsewhere.
        along: what goes because these objects go.

    Attributes:
        count: how many.
        size: in bytes, with what goes along.
        rows: counted by `groups`: what, values, number, oldest, bytes.
    """

    kind: str
    what: str
    objects: QuerySet
    clock: str
    groups: tuple[str, ...]
    content: Any = None
    along: tuple[Part, ...] = ()
    count: int = 0
    size: int = 0
    rows: list[tuple[str, tuple[Any, ...], int, datetime, int]] = field(default_factory=list)

    def measure(self) -> None:
        """Ask the database how much it is: one question, and for files one more for a thousand of them."""
        sizes = _stored_sizes(self.objects, self.groups) if self.content is None else {}
        found = (
            self.objects.order_by(*self.groups)
            .values(*self.groups)
            .annotate(
                _number=Count("pk"),
                _oldest=Min(self.clock),
                _bytes=Value(0) if self.content is None else Coalesce(Sum(self.content), 0),
            )
        )
        for row in found.iterator():
            values = tuple(row[name] for name in self.groups)
            self.rows.append((self.what, values, row["_number"], row["_oldest"], sizes.get(values, row["_bytes"])))
        self.count = sum(number for _, _, number, _, _ in self.rows)
        for part in self.along:
            part.measure()
            self.rows += part.rows
        self.size = sum(size for *_, size in self.rows)


def _stored_sizes(files: QuerySet, groups: tuple[str, ...]) -> Counter[tuple[Any, ...]]:
    """How many bytes the contents of files take, by group, as far as the database knows."""
    sizes: Counter[tuple[Any, ...]] = Counter()
    if not stored_in_database():
        return sizes
    rows = files.order_by().values_list("file", *groups).iterator(chunk_size=_CHUNK)
    # By names, not by a subquery: no index has them, so that each would be looked for in all contents.
    while batch := {name: tuple(values) for name, *values in islice(rows, _CHUNK)}:
        contents = FileAttachment.objects.filter(filename__in=list(batch)).order_by()
        for name, size in contents.annotate(_size=Octets("bytes")).values_list("filename", "_size"):
            sizes[batch[name]] += size
    return sizes


def _text(*fields: str) -> Any:
    """How many bytes some columns have together."""
    lengths: list[Any] = [Coalesce(Octets(Cast(name, TextField())), 0) for name in fields]
    return sum(lengths[1:], lengths[0])


class Planner:
    """Makes parts of a policy, for a user.

    Args:
        user: who may delete what.
        policy: the rules.
    """

    def __init__(self, user: Any, policy: Policy) -> None:
        self._user, self._policy = user, policy
        self._now = timezone.now()
        self._tasks = list(JobResult.objects.order_by().values_list("task_name", flat=True).distinct())
        self._doomed: Q | None = None

    def parts(self) -> Iterator[Part]:
        """What goes, in the order in which it has to go."""
        if CHANGES in self._policy:
            yield self._changes()
        if RESULTS in self._policy:
            yield self._results()
        if LOGS in self._policy:
            yield self._logs()
        if FILES in self._policy:
            yield self._files()
        if ORPHANS in self._policy:
            yield self._orphans()

    def _results(self) -> Part:
        content = _text("result", "traceback", "task_kwargs", "celery_kwargs")
        objects = visible(self._user, JobResult, "delete").filter(self.doomed())
        with_them = {"job_result__in": objects.order_by().values("pk")}
        logs = Part(
            LOGS,
            "log entries of these results",
            JobLogEntry.objects.filter(**with_them),
            "created",
            ("job_result__task_name",),
            Octets("message"),
        )
        files = Part(
            FILES,
            "files of these results",
            FileProxy.objects.filter(**with_them),
            "uploaded_at",
            ("job_result__task_name",),
        )
        groups = ("task_name", "status")
        return Part(RESULTS, "job results", objects, "date_created", groups, content, along=(logs, files))

    def doomed(self) -> Q:
        """Condition for results that go."""
        if self._doomed is None:
            rules = self._policy.get(RESULTS, ())
            ended = Q(status__in=_ENDED)
            condition = _first(
                rules, lambda rule: self._of_jobs(rule), lambda rule: self._old(rule, "date_created") & _spares(rule)
            )
            self._doomed = ended & condition & ~Q(pk__in=self._needed(rules))
        return self._doomed

    def _needed(self, rules: Iterable[Rule]) -> list[Any]:
        """Keys of results that stay whatever their age: the last of each schedule that runs on or waits for approval, and `keep_last`."""
        last = JobResult.objects.filter(scheduled_job=OuterRef("pk")).order_by("-date_created").values("pk")[:1]
        keys = set(ScheduledJob.objects.annotate(last=Subquery(last)).values_list("last", flat=True)) - {None}
        for rule in rules:
            if rule.keep_last:
                runs = JobResult.objects.filter(self._of_jobs(rule), status__in=_ENDED).annotate(
                    _rank=Window(RowNumber(), partition_by=F("task_name"), order_by=F("date_created").desc())
                )
                # What is filtered by has to be fetched: Django mixes up the columns otherwise.
                keys.update(pk for pk, _ in runs.filter(_rank__lte=rule.keep_last).values_list("pk", "_rank"))
        return sorted(keys)

    def _kept(self, to_result: str) -> Q:
        """Condition for what belongs to a result that ended, and stays."""
        condition = Q(**{f"{to_result}__status__in": _ENDED})
        if RESULTS in self._policy:
            doomed = visible(self._user, JobResult, "delete").filter(self.doomed()).order_by()
            condition &= ~Q(**{f"{to_result}__in": doomed.values("pk")})
        return condition

    def _logs(self) -> Part:
        def matches(rule: Rule) -> Q:
            levels = Q(log_level__in=rule.levels) if rule.levels else Q()
            return levels & self._of_jobs(rule, "job_result__")

        condition = _first(self._policy[LOGS], matches, lambda rule: self._old(rule, "created"))
        objects = visible(self._user, JobLogEntry, "delete").filter(self._kept("job_result"), condition)
        return Part(LOGS, "log entries", objects, "created", ("job_result__task_name", "log_level"), Octets("message"))

    def _files(self) -> Part:
        def matches(rule: Rule) -> Q:
            names = reduce(or_, (Q(name__regex=_regex(name)) for name in rule.names)) if rule.names else Q()
            return names & self._of_jobs(rule, "job_result__")

        def goes(rule: Rule) -> Q:
            spared = Q() if rule.undo else ~Q(name__startswith=FILE_NAME)
            return self._old(rule, "uploaded_at") & spared

        condition = _first(self._policy[FILES], matches, goes)
        objects = visible(self._user, FileProxy, "delete").filter(self._kept("job_result"), condition)
        return Part(FILES, "files", objects, "uploaded_at", ("job_result__task_name",))

    def _orphans(self) -> Part:
        old = _first(self._policy[ORPHANS], lambda _: Q(), lambda rule: self._old(rule, "uploaded_at"))
        objects = visible(self._user, FileProxy, "delete").filter(old, job_result__isnull=True)
        objects = objects.exclude(pk__in=_awaited())
        return Part(ORPHANS, "files of no job", objects, "uploaded_at", ())

    def _changes(self) -> Part:
        types = [(f"{each.app_label}.{each.model}", each.pk) for each in ContentType.objects.all()]

        def matches(rule: Rule) -> Q:
            if not rule.models:
                return Q()
            chosen = [pk for label, pk in types if any(fnmatchcase(label, each.lower()) for each in rule.models)]
            return Q(changed_object_type__in=chosen)

        condition = _first(self._policy[CHANGES], matches, lambda rule: self._old(rule, "time"))
        objects = visible(self._user, ObjectChange, "delete").filter(condition)
        groups = ("changed_object_type__app_label", "changed_object_type__model")
        return Part(
            CHANGES, "entries of the change log", objects, "time", groups, _text("object_data", "object_data_v2")
        )

    def _of_jobs(self, rule: Rule, prefix: str = "") -> Q:
        condition = Q()
        if rule.jobs:
            chosen = [task for task in self._tasks if task and any(fnmatchcase(task, each) for each in rule.jobs)]
            condition &= Q(**{f"{prefix}task_name__in": chosen})
        if rule.statuses:
            condition &= Q(**{f"{prefix}status__in": rule.statuses})
        return condition

    def _old(self, rule: Rule, clock: str) -> Q:
        if rule.keep_days is None:
            return Q(pk__in=[])
        return Q(**{f"{clock}__lt": self._now - timedelta(days=rule.keep_days)})


def _first(rules: Iterable[Rule], matches: Any, goes: Any) -> Q:
    """Condition: of the rules that fit an object, the first lets it go."""
    found, before = Q(pk__in=[]), Q(pk__in=[])
    for rule in rules:
        fits = matches(rule)
        found |= fits & goes(rule) & ~before
        # An empty condition is true of all, and would vanish from a disjunction.
        before |= fits if fits else Q(pk__isnull=False)
    return found


def _spares(rule: Rule) -> Q:
    """Condition: no change can be undone by the result, unless the rule does not mind."""
    if rule.undo:
        return Q()
    return ~Exists(FileProxy.objects.filter(job_result=OuterRef("pk"), name__startswith=FILE_NAME).order_by())


def _regex(pattern: str) -> str:
    return "^" + ".*".join(re.escape(part) for part in pattern.split("*")) + "$"


def _awaited() -> list[UUID]:
    """Keys of files that were uploaded for a run to come: of schedules, and of results that wait or run."""
    inputs = ScheduledJob.objects.order_by().values_list("kwargs", flat=True)
    waiting = JobResult.objects.exclude(status__in=_ENDED).order_by().values_list("task_kwargs", flat=True)
    found = {key for kwargs in (*inputs, *waiting) for key in _UUID.findall(str(kwargs).lower())}
    return sorted(UUID(key) for key in found)


def stored_in_database() -> bool:
    """Whether Nautobot keeps files of Jobs in the database, as it does by default."""
    return type(FileProxy._meta.get_field("file").storage).__name__ == "DatabaseFileStorage"


def contents_of_nothing() -> QuerySet:
    """Contents of files, in the database, that no file of any model names."""
    found = FileAttachment.objects.all()
    for model, name in _file_fields():
        found = found.filter(~Exists(model._default_manager.filter(**{name: OuterRef("filename")}).order_by()))
    return found


def _file_fields() -> Iterator[tuple[type[Model], str]]:
    for model in apps.get_models():
        for each in model._meta.concrete_fields:
            if isinstance(each, FileField) and model._meta.managed and not model._meta.proxy:
                yield model, each.name
