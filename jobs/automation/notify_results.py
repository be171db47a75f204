"""Which results of Jobs there are to tell, what is told of them, and what was told already."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from nautobot.extras.models import FileProxy, JobLogEntry, JobResult

from ..toolkit.access import visible
from ..toolkit.findings import Severity
from ..toolkit.links import base_url, object_path
from ..toolkit.messages import Item, Message

STATUSES = ("FAILURE", "SUCCESS", "REVOKED")
MOST_RESULTS = 500
# Attached to a run while it is at work: what it has told by then.
TOLD = "told.json"
_REPORTS = ("report.html", "plan.html", "digest.html")
_MOST_BYTES = 8 << 20
_BAD_LEVELS = ("failure", "error", "critical")
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Choice:
    """What the user wants to be told of.

    Args:
        statuses: of results.
        jobs: primary keys of Jobs; none means any.
        groupings: headings of Jobs; none means any.
        minimum: the lowest severity of findings, or None for any result.
        only_changes: leave out what is as it was.
        hours: how far to look back.
    """

    statuses: tuple[str, ...]
    jobs: tuple[Any, ...]
    groupings: tuple[str, ...]
    minimum: Severity | None
    only_changes: bool
    hours: int

    @property
    def since(self) -> datetime:
        """Results that ended earlier are not told any more."""
        return timezone.now() - timedelta(hours=self.hours)


def results(user: Any, choice: Choice, *, exclude: Any, told: Collection[str]) -> list[JobResult]:
    """The results to tell, the oldest first, as far as the user may view them; one query.

    There are MOST_RESULTS at most; the next run goes on from there.

    Args:
        user: who is told.
        choice: what of.
        exclude: primary key of the Job whose results are left out.
        told: primary keys of those that everybody has been told of.
    """
    found = _chosen(visible(user, JobResult), choice).exclude(job_model=exclude)
    before = JobResult.objects.filter(
        job_model=OuterRef("job_model"), user=OuterRef("user"), date_done__lt=OuterRef("date_done")
    )
    lines = visible(user, JobLogEntry).filter(job_result=OuterRef("pk"), log_level__in=_BAD_LEVELS)
    rows = (
        found.annotate(
            status_before=Subquery(before.order_by("-date_done").values("status")[:1]),
            first_line=Subquery(lines.order_by("created").values("message")[:1]),
        )
        .select_related("job_model", "user")
        .defer("task_args", "task_kwargs", "celery_kwargs", "meta", "traceback")
        .order_by("date_done", "pk")
    )
    kept: list[JobResult] = []
    for row in rows.iterator(200):
        if str(row.pk) not in told and (not choice.only_changes or _changed(row)):
            kept.append(row)
        if len(kept) == MOST_RESULTS:
            break
    return kept


def _chosen(objects: QuerySet, choice: Choice) -> QuerySet:
    objects = objects.filter(date_done__gte=choice.since, status__in=choice.statuses)
    if choice.jobs:
        objects = objects.filter(job_model__in=choice.jobs)
    if choice.groupings:
        objects = objects.filter(job_model__grouping__in=choice.groupings)
    if choice.minimum is not None:
        reached = Q()
        for severity in Severity:
            if severity >= choice.minimum:
                reached |= Q(**{f"result__severities__{severity.label}__gt": 0})
        objects = objects.filter(reached)
    return objects


def _changed(result: JobResult) -> bool:
    """Is it another result than the one before?"""
    counts = result.result if isinstance(result.result, dict) else {}
    if counts.get("new") is not None:  # an audit that had a run to compare with
        return bool(counts.get("new") or counts.get("fixed"))
    return result.status != result.status_before


def already_told(job_model: Any, choice: Choice) -> dict[str, set[str]]:
    """Primary keys of results by whom they were told to, from the results of earlier runs, whoever ran them.

    What is told ended before the run that tells it did, so that runs that ended earlier told of nothing that is chosen.
    One that was killed has no result to tell it, but notes.
    """
    told: dict[str, set[str]] = {}
    runs = JobResult.objects.filter(job_model=job_model, date_done__gte=choice.since, result__has_key="told")
    for record in runs.order_by().values_list("result__told", flat=True).iterator():
        _add(told, record)
    notes = FileProxy.objects.filter(job_result__job_model=job_model, name=TOLD, uploaded_at__gte=choice.since)
    for note in notes.order_by():
        with note.file.open("rb") as file:
            _add(told, json.load(file))
    return told


def _add(told: dict[str, set[str]], record: dict[str, list[str]]) -> None:
    for key, keys in record.items():
        told.setdefault(key, set()).update(keys)


def mail_target(addresses: Sequence[str]) -> str:
    """What a list of recipients is remembered by."""
    return "mail " + " ".join(sorted(address.lower() for address in addresses))


def as_message(found: Sequence[JobResult]) -> Message:
    """What is told of results."""
    bad = sum(each.status != "SUCCESS" for each in found)
    names = list(dict.fromkeys(each.name[:_LONGEST_NAME] for each in found))
    number = f"{len(found)} result{'' if len(found) == 1 else 's'}"
    title = f"{number}, {bad} failed: {', '.join(names[:3])}" + (" and others" if len(names) > 3 else "")
    base = base_url()
    return Message(
        title, [_item(each, base) for each in found], f"{base}{reverse('extras:jobresult_list')}" if base else ""
    )


def _item(result: JobResult, base: str) -> Item:
    counts = result.result if isinstance(result.result, dict) else {}
    severities: Any = counts.get("severities")
    if not isinstance(severities, dict):
        severities = {}
    lines = [
        f"{result.status.lower()} at {timezone.localtime(result.date_done):%Y-%m-%d %H:%M} as {result.user or 'nobody'}"
    ]
    found = ", ".join(
        f"{severities[severity.label]} {severity.label}"
        for severity in reversed(Severity)
        if severities.get(severity.label)
    )
    words = [f"findings: {found}"] if found else []
    words += [
        f"{label}: {counts[key]}"
        for key, label in (("new", "new"), ("fixed", "fixed"), ("changes", "changes"), ("score", "score"))
        if isinstance(counts.get(key), (int, float)) and not isinstance(counts[key], bool)
    ]
    lines += ["; ".join(words)] if words else []
    lines += [result.first_line] if result.first_line else []
    url = f"{base}{object_path('extras.jobresult', result.pk)}" if base else ""
    facts = {
        "id": str(result.pk),
        "job": result.name,
        "status": result.status,
        "user": str(result.user or ""),
        "done": result.date_done.isoformat(),
        "url": url,
        "findings": {label: count for label, count in severities.items() if isinstance(count, int)},
        "new": counts.get("new"),
        "fixed": counts.get("fixed"),
        "changes": counts.get("changes"),
        "score": counts.get("score"),
        "message": result.first_line or "",
    }
    mark = {"SUCCESS": "good", "FAILURE": "bad"}.get(result.status, "other")
    return Item(result.name, lines, mark, url, facts)


def reports(user: Any, found: Sequence[JobResult]) -> tuple[list[tuple[str, bytes, str]], int]:
    """The reports that results have, as attachments of a mail, and how many have no room in it."""
    attachments: list[tuple[str, bytes, str]] = []
    room, left_out = _MOST_BYTES, 0
    files = visible(user, FileProxy).filter(job_result__in=[each.pk for each in found], name__in=_REPORTS)
    for number, file in enumerate(files.select_related("job_result").order_by("job_result__date_done", "name"), 1):
        with file.file.open("rb") as source:
            content = source.read(room + 1)
        if len(content) > room:
            left_out += 1
            continue
        room -= len(content)
        stem, _, ending = file.name.rpartition(".")
        attachments.append((f"{stem}-{number}.{ending}", content, "text/html"))
    return attachments, left_out
