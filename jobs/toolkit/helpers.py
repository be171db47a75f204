"""Runs that help another one of the same Job, each wherever a worker is free: who works on what, and who still lives.

The run that a user starts leads. It puts further runs of its Job into its queue, the helpers, and works as they do: a part of
the work is done by whoever says so first, in the cache of Nautobot (Redis, which all workers share). Helpers attach what they
have; the leader reads it.

Nothing waits for a worker that may never come. With a single one the leader does all the work, and the helpers end as they
begin. Whoever works gives a sign of life every few seconds. What a helper had that gives none any more is done again by the
leader; helpers end before the next part once the leader has ended, was cancelled or gives none. The cache decides who works
and never what is found: if it forgets, a part is done twice.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from django.core.cache import cache
from nautobot.apps.jobs import Job
from nautobot.extras.choices import JobResultStatusChoices
from nautobot.extras.models import JobResult

from .access import RefusalError
from .compat import enqueue_job

MOST_HELPERS = 64
# What helpers attach, for the leader to read.
FILE = "part.jsonl"
GROUPING = {"grouping": "helpers"}
_LEADER = "leader"  # what a helper is given, beside variables that the Job has
_KEEP_SECONDS = 24 * 60 * 60
_BEAT_SECONDS, _LIFE_SECONDS = 5, 45
_POLL_SECONDS = 0.5


def check_number(helpers: int | None) -> int:
    """How many helpers, of a form's field that may be empty.

    Raises:
        RefusalError: too many, or fewer than none.
    """
    if not 0 <= (helpers or 0) <= MOST_HELPERS:
        raise RefusalError(f"Helpers: enter a number from 0 to {MOST_HELPERS}.")
    return helpers or 0


def leader_of(job: Job) -> str:
    """Key of the run that this one was started to help; "" for one that was not.

    Raises:
        RefusalError: the user of this one is not that of the leader.
    """
    leader = str((job.request.kwargs or {}).get(_LEADER) or "")
    if leader and not JobResult.objects.filter(pk=leader, user=job.user, job_model=job.job_result.job_model).exists():
        raise RefusalError("This run is to help another one, which is none of this Job and this user.")
    return leader


def start(job: Job, helpers: int, arguments: Mapping[str, Any]) -> list[Any]:
    """Put helpers into the queue of this run, which leads; returns their keys.

    Args:
        job: the Job that leads.
        helpers: how many.
        arguments: what each of them gets, by variable of the Job, as JSON.
    """
    if not helpers:
        return []
    if job.job_model.is_singleton:
        job.logger.warning("This Job may run once at a time (singleton), so it has no helpers.", extra=GROUPING)
        return []
    queue = job.celery_kwargs.get("queue")
    given = {**arguments, _LEADER: str(job.job_result.pk)}
    started = [enqueue_job(job.job_model, job.user, given, queue) for _ in range(helpers)]
    links = ", ".join(f"[{number}]({run.get_absolute_url()})" for number, run in enumerate(started, 1))
    job.logger.info("Helpers in the queue %s: %s", queue or "of this Job", links, extra=GROUPING)
    return [run.pk for run in started]


def take(leader: str, part: str, run: str) -> bool:
    """Say that a run does a part of the leader's work, unless another has said so."""
    return bool(cache.add(_claim(leader, part), run, timeout=_KEEP_SECONDS))


def goes_on(leader: str) -> bool:
    """Is there still somebody to help?"""
    going = JobResult.objects.filter(pk=leader, status__in=JobResultStatusChoices.UNREADY_STATES)
    return lives(leader) and going.exists()


def gather(leader: str, parts: Sequence[str], runs: Sequence[Any]) -> list[JobResult]:
    """Wait for the helpers that have taken some of the parts; returns those that have finished and have attached something."""
    owners = set(cache.get_many([_claim(leader, part) for part in parts]).values()) if runs else set()
    helping = [run for run in runs if str(run) in owners]
    while True:
        results = list(JobResult.objects.filter(pk__in=helping).order_by("date_created", "pk"))
        going = [each for each in results if each.status in JobResultStatusChoices.UNREADY_STATES]
        if not any(lives(str(each.pk)) for each in going):
            return [
                each
                for each in results
                if each.status == JobResultStatusChoices.STATUS_SUCCESS and (each.result or {}).get("asked")
            ]
        # nautobot-jobs: ignore[JOB508] others are at work for this run; one that has died is noticed
        time.sleep(_POLL_SECONDS)


def tidy(leader: str, parts: Iterable[str], results: Iterable[JobResult]) -> None:
    """Forget who has done what, and delete what helpers have attached."""
    cache.delete_many([_claim(leader, part) for part in parts])
    for result in results:
        for file in result.files.all():
            file.delete()


def lives(run: str) -> bool:
    """Has it given a sign of life lately?"""
    return cache.get(f"fan_out:{run}") is not None


@contextmanager
def living(run: str, *, remembered: bool = False) -> Iterator[None]:
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


def _claim(leader: str, part: str) -> str:
    return f"fan_out:{leader}:{part}"
