"""Fan-out: a long audit that several runs of the same Job share, each wherever a worker is free.

The run that a user starts leads. It puts further runs of its Job into its queue, the helpers, and asks checks itself, as
they do: a check is asked by whoever says so first, in the cache of Nautobot (Redis, which all workers share). Helpers
attach what they find; the leader reads it in the order in which it would have found it itself. All that follows, and so
the result, is that of a run without helpers: checks are shared out and not objects, so that each still sees all of them.

Nothing waits for a worker that may never come. With a single one the leader asks all checks, and the helpers end as they
begin. Whoever works gives a sign of life every few seconds. What a helper had that gives none any more is asked again by
the leader; helpers end before the next check once the leader has ended, was cancelled or gives none. The cache decides
who works and never what is found: if it forgets, checks are asked twice.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import IO, Any

from celery.exceptions import SoftTimeLimitExceeded
from django.core.cache import cache
from nautobot.apps.jobs import Job
from nautobot.extras.choices import JobResultStatusChoices
from nautobot.extras.models import JobResult

from .access import RefusalError
from .attachments import attach, attached
from .checks import Check
from .compat import enqueue_job
from .findings import Finding, Severity

MOST_HELPERS = 64
_LEADER = "leader"  # what a helper is given, beside variables that the Job has
_FILE = "part.jsonl"
_GROUPING = {"grouping": "helpers"}
_KEEP_SECONDS = 24 * 60 * 60
_BEAT_SECONDS, _LIFE_SECONDS = 5, 45
_POLL_SECONDS = 0.5
_FIELDS = tuple(field.name for field in fields(Finding))

Find = Callable[[Check], Iterable[Finding]]


class CheckError(Exception):
    """A check could not finish in the run that asked it; the message says why."""


class Asked:
    """What all runs together have found, to be read check by check, in the order of the checks.

    Args:
        sources: lines of files that `_ask` wrote.
        where: id of a check to the source that has it.
    """

    def __init__(self, sources: Sequence[Iterator[bytes]], where: Mapping[str, int]) -> None:
        self.seconds: dict[str, float] = {}
        self._sources = sources
        self._where = where

    def find(self, check: Check) -> Iterator[Finding]:
        """The findings of a check; call it in order, and read each to its end.

        Raises:
            CheckError: the check could not finish; what it has found until then comes first.
        """
        lines = self._sources[self._where[check.id]]
        head = json.dumps({"check": check.id}).encode()
        while next(lines).rstrip() != head:  # of checks that another source has as well
            pass
        for line in lines:
            record = json.loads(line)
            if isinstance(record, dict):
                self.seconds[check.id] = record["seconds"]
                if record["error"]:
                    raise CheckError(record["error"])
                return
            values = dict(zip(_FIELDS, record, strict=True))
            yield Finding(**{**values, "severity": Severity(values["severity"])})


def leader_of(job: Job) -> str:
    """Key of the run that this one was started to help; "" for one that was not.

    Raises:
        RefusalError: the user of this one is not that of the leader.
    """
    leader = str((job.request.kwargs or {}).get(_LEADER) or "")
    if leader and not JobResult.objects.filter(pk=leader, user=job.user, job_model=job.job_result.job_model).exists():
        raise RefusalError("This run is to help another one, which is none of this Job and this user.")
    return leader


def help_with(job: Job, leader: str, checks: Sequence[Check], find: Find) -> dict[str, Any]:
    """Ask checks of the leader until there are none left, and attach what they find."""

    def goes_on() -> bool:
        going = JobResult.objects.filter(pk=leader, status__in=JobResultStatusChoices.UNREADY_STATES)
        return _lives(leader) and going.exists()

    me = str(job.job_result.pk)
    with _living(me, remembered=True), TemporaryDirectory() as folder:
        path = Path(folder) / _FILE
        asked = _ask(job, checks, find, path, lambda check: goes_on() and _take(leader, check, me))
        if not goes_on():
            asked = []  # nobody will read it
        if asked:
            attach(job, path, _FILE)
    job.logger.info(
        "Asked %d checks for [the run that leads](/extras/job-results/%s/).", len(asked), leader, extra=_GROUPING
    )
    return {"asked": asked}


@contextmanager
def shared(
    job: Job, helpers: int, inputs: Mapping[str, Any], checks: Sequence[Check], find: Find, folder: Path
) -> Iterator[Asked]:
    """Ask checks together with helpers, and give what all have found.

    Args:
        job: the Job that leads.
        helpers: how many.
        inputs: what each of them gets, by variable of the Job.
        checks: in the order in which they will be read.
        find: asks one.
        folder: for files.
    """
    me = str(job.job_result.pk)
    with ExitStack() as stack:
        with _living(me):
            runs = _start(job, helpers, inputs)
            own, rest = folder / "own.jsonl", folder / "rest.jsonl"
            mine = _ask(job, checks, find, own, lambda check: _take(me, check, me), progress=True)
            theirs = _gather(me, [check.id for check in checks if check.id not in mine], runs)
            where = {check: number for number, result in enumerate(theirs, 2) for check in result.result["asked"]}
            where |= dict.fromkeys(mine, 0)
            missing = [check for check in checks if check.id not in where]
            where |= dict.fromkeys(_ask(job, missing, find, rest, lambda check: True), 1)
        job.logger.info(
            "%d checks were asked by this run, %d by %d helpers.",
            len(mine) + len(missing),
            len(checks) - len(mine) - len(missing),
            len(theirs),
            extra=_GROUPING,
        )
        files: list[IO[bytes]] = [stack.enter_context(path.open("rb")) for path in (own, rest)]
        files += [stack.enter_context(attached(result, _FILE)) for result in theirs]
        yield Asked([iter(file) for file in files], where)
    cache.delete_many([_claim(me, check.id) for check in checks])
    for result in theirs:
        for file in result.files.all():
            file.delete()


def _start(job: Job, helpers: int, inputs: Mapping[str, Any]) -> list[Any]:
    """Put helpers into the queue of this run; returns their keys."""
    if job.job_model.is_singleton:
        job.logger.warning("This Job may run once at a time (singleton), so it has no helpers.", extra=_GROUPING)
        return []
    arguments = {**job.serialize_data(inputs), _LEADER: str(job.job_result.pk)}
    queue = job.celery_kwargs.get("queue")
    started = [enqueue_job(job.job_model, job.user, arguments, queue) for _ in range(helpers)]
    links = ", ".join(f"[{number}]({run.get_absolute_url()})" for number, run in enumerate(started, 1))
    job.logger.info("Helpers in the queue %s: %s", queue or "of this Job", links, extra=_GROUPING)
    return [run.pk for run in started]


def _ask(
    job: Job, checks: Sequence[Check], find: Find, path: Path, take: Callable[[Check], bool], *, progress: bool = False
) -> list[str]:
    """Ask those checks that can be taken, and write down what they find; returns their ids."""
    asked = []
    with path.open("w", encoding="utf-8") as file:
        for number, check in enumerate(checks, 1):
            if take(check):
                _write(job, check, find, file)
                asked.append(check.id)
            # Four lines, not one for each check.
            if progress and number * 4 // len(checks) > (number - 1) * 4 // len(checks):
                job.logger.info("%d of %d checks are asked, or being asked.", number, len(checks), extra=_GROUPING)
    return asked


def _write(job: Job, check: Check, find: Find, file: IO[str]) -> None:
    started, error = time.perf_counter(), None
    file.write(json.dumps({"check": check.id}) + "\n")
    try:
        for finding in find(check):
            record = [getattr(finding, name) for name in _FIELDS[:-2]]
            file.write(json.dumps([*record, dict(finding.details), finding.key]) + "\n")
    except SoftTimeLimitExceeded:
        raise
    except Exception as problem:  # one broken check must not cost the findings of all others
        error = f"{type(problem).__name__}: {problem}"
        job.logger.exception("The check could not finish.", extra={"grouping": check.id})
    file.write(json.dumps({"seconds": time.perf_counter() - started, "error": error}) + "\n")


def _gather(leader: str, checks: Sequence[str], runs: Sequence[Any]) -> list[JobResult]:
    """Wait for the helpers that have taken some of the checks; returns those that have finished."""
    owners = set(cache.get_many([_claim(leader, check) for check in checks]).values())
    helping = [run for run in runs if str(run) in owners]
    while True:
        results = list(JobResult.objects.filter(pk__in=helping).order_by("date_created", "pk"))
        going = [each for each in results if each.status in JobResultStatusChoices.UNREADY_STATES]
        if not any(_lives(str(each.pk)) for each in going):
            return [
                each
                for each in results
                if each.status == JobResultStatusChoices.STATUS_SUCCESS and (each.result or {}).get("asked")
            ]
        time.sleep(_POLL_SECONDS)


# Who works on what, in the cache


def _claim(leader: str, check: str) -> str:
    return f"fan_out:{leader}:{check}"


def _take(leader: str, check: Check, run: str) -> bool:
    """Say that a run asks a check, unless another has said so."""
    return bool(cache.add(_claim(leader, check.id), run, timeout=_KEEP_SECONDS))


def _lives(run: str) -> bool:
    return cache.get(f"fan_out:{run}") is not None


@contextmanager
def _living(run: str, *, remembered: bool = False) -> Iterator[None]:
    """Give signs of life while the block runs; `remembered` for a while, until Nautobot has written that the run has ended."""
    key, ended = f"fan_out:{run}", Event()

    def beat() -> None:
        while not ended.wait(_BEAT_SECONDS):
            cache.set(key, 1, timeout=_LIFE_SECONDS)

    cache.set(key, 1, timeout=_LIFE_SECONDS)
    thread = Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        if not remembered:
            cache.delete(key)
