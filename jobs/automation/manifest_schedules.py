"""Schedules, as manifests declare them.

Nautobot has no way to edit a schedule, and approvals are given to a schedule as it is: what differs is deleted and made
anew, by and for the user who applies the manifest, so that it is approved anew as well. What there was before is noted
in its description.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from celery.schedules import ParseException
from django.core.exceptions import ValidationError
from django.utils import timezone
from nautobot.extras.models import Job, ScheduledJob

from ..toolkit.access import RefusalError, visible
from ..toolkit.compat_automation import OVERRIDABLE, approval_of_schedule, celery_options, has_console_log, standing
from ..toolkit.documents import Node
from ..toolkit.plan import Plan
from .manifest_document import child, plain
from .manifest_inputs import as_stored, stored_inputs
from .manifest_jobs import Catalogue

_STEPS = {"hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": timedelta(days=7)}
# What of the start tells when it runs.
_SLOTS = {"hourly": "minute %M", "daily": "%H:%M", "weekly": "%A %H:%M"}
OPTIONS = ("profile", "console_log", "ignore_singleton_lock")
_MOST_HISTORY = 20
_HISTORY = "- "


class Schedules:
    """Plans schedules.

    Args:
        plan: the plan to fill.
        catalogue: the Jobs.
        queues: job queues by name, those that are planned included.
        reason: why, in a few words.
        known: the schedules that there are, by name.
    """

    def __init__(
        self, plan: Plan, catalogue: Catalogue, queues: Mapping[str, Any], reason: str, known: Mapping[str, Any]
    ) -> None:
        self._plan, self._catalogue, self._queues = plan, catalogue, queues
        self._reason, self._known = reason, known

    @cached_property
    def _runnable(self) -> set[Any]:
        return set(visible(self._plan.user, Job, "run").values_list("pk", flat=True))

    def put(self, name: str, node: Node) -> bool:
        """Plan that a schedule is there; returns whether it is made, or made anew.

        Raises:
            RefusalError: the Job cannot be scheduled so, or not by this user.
        """
        wanted = self._wanted(node)
        old = self._known.get(name)
        if old is None:
            self._create(name, wanted, f"Made by {self._reason}.")
            return True
        reasons = list(self._differences(old, wanted))
        waits = standing(old)
        if not reasons and not waits and not old.enabled:
            reasons.append("it is switched off")
        if not reasons:
            self._plan.keep()
            if waits:
                self._plan.remark(f"Schedule {name} {waits}.")
            return False
        told = ", ".join(reasons)
        if old.user_id not in (None, self._plan.user.pk):
            self._plan.remark(f"Schedule {name} has run as {old.user}; it will run as you, {self._plan.user}.")
        self._plan.delete(old, reason=f"{self._reason}: made anew for {told}")
        last = f", last on {old.last_run_at:%Y-%m-%d %H:%M} UTC" if old.last_run_at else ""
        entry = (
            f"{_HISTORY}{timezone.now():%Y-%m-%d}: made anew for {told}; before, as {old.user or 'nobody'}, "
            f"{old.total_run_count} runs{last}."
        )
        earlier = [line for line in old.description.splitlines() if line.startswith(_HISTORY)]
        history = [entry, *earlier][:_MOST_HISTORY]
        self._create(name, wanted, "\n".join([f"Made by {self._reason}.", *history]))
        return True

    def _create(self, name: str, wanted: dict[str, Any], description: str) -> None:
        schedule = ScheduledJob(
            name=name,
            task=wanted["job"].class_path,
            job_model=wanted["job"],
            interval=wanted["interval"],
            crontab=wanted["crontab"],
            start_time=_next(wanted),
            time_zone=wanted["time_zone"],
            kwargs=wanted["inputs"],
            celery_kwargs=wanted["options"],
            job_queue=wanted["queue"],
            user=self._plan.user,
            description=description,
            **approval_of_schedule(wanted["job"], wanted["approval_required"]),
        )
        self._plan.create(schedule, reason=self._reason, untold=("start_time", "description"))

    def _wanted(self, node: Node) -> dict[str, Any]:
        path = child(node, "job")
        job = self._catalogue.get(path)
        value = self._plan.value
        if job.pk not in self._runnable:
            raise RefusalError(path.bad(f"you need the permission extras.run_job on the Job {job.class_path}."))
        if job.is_job_hook_receiver or job.is_job_button_receiver:
            raise RefusalError(path.bad(f"{job.class_path} is started by a hook or a button, and cannot be scheduled."))
        if not value(job, "enabled").raw:
            raise RefusalError(path.bad(f"the Job {job.class_path} is not enabled. Enable it in jobs."))
        if value(job, "has_sensitive_variables").raw:
            raise RefusalError(path.bad(f"{job.class_path} has sensitive variables, and cannot be scheduled."))
        code = self._catalogue.code_of(path, job)
        queue = self._queue(job, node)
        if plain(node, "console_log", False) and not has_console_log():
            raise RefusalError(child(node, "console_log").bad("this Nautobot does not know that."))
        zone = _zone(node)
        inputs = node.value.get("inputs") or node.with_value({})
        interval, crontab = plain(node, "interval"), plain(node, "crontab", "")
        return {
            "job": job,
            "interval": interval,
            "crontab": crontab,
            "cron": _cron(node, crontab, zone) if crontab else None,
            "start": _start(child(node, "start")) if "start" in node.value else None,
            "time_zone": zone,
            "inputs": stored_inputs(code, inputs, self._plan.user, self._catalogue.defaults(code)),
            "code": code,
            "queue": queue,
            "approval_required": "approval_required" in OVERRIDABLE and value(job, "approval_required").raw,
            "options": celery_options(
                queue,
                **{option: plain(node, option, False) for option in OPTIONS},
                soft_time_limit=value(job, "soft_time_limit").raw,
                time_limit=value(job, "time_limit").raw,
            ),
        }

    def _queue(self, job: Any, node: Node) -> Any:
        queues = {queue.pk: queue for queue in self._queues.values()}
        if "job_queue" not in node.value:
            pk = self._plan.value(job, "default_job_queue").raw
            return queues.get(pk, job.default_job_queue)
        given = child(node, "job_queue")
        offered = [queues[pk].name for pk in self._plan.value(job, "job_queues").raw if pk in queues]
        if given.value not in offered:
            raise RefusalError(
                given.bad(f"{job.class_path} does not run on {given.value}. It runs on {', '.join(offered)}.")
            )
        return self._queues[given.value]

    def _differences(self, old: Any, wanted: Mapping[str, Any]) -> Iterator[str]:
        """In what a schedule is not as it is declared, in words."""
        if old.job_model_id != wanted["job"].pk:
            yield "another Job"
        if (old.interval, old.crontab) != (wanted["interval"], wanted["crontab"]):
            yield "another interval"
        elif str(old.time_zone) != str(wanted["time_zone"]):
            yield "another time zone"
        elif wanted["start"] is not None and _slot(old.interval, local(old)) != _slot(old.interval, wanted["start"]):
            yield "another time"
        if as_stored(wanted["code"], old.kwargs) != wanted["inputs"]:
            yield "other inputs"
        if old.job_queue_id != wanted["queue"].pk:
            yield "another queue"
        for name, default in _OPTIONS.items():
            if old.celery_kwargs.get(name, default) != wanted["options"].get(name, default):
                yield name.removeprefix("nautobot_job_").replace("_", " ")
        if old.user_id is None:
            yield "its owner is gone"


_OPTIONS = {
    **{f"nautobot_job_{option}": False for option in OPTIONS},
    "soft_time_limit": 0,
    "time_limit": 0,
}


def local(schedule: Any) -> datetime:
    """When a schedule starts, as the clock of its own time zone shows it."""
    return schedule.start_time.astimezone(schedule.time_zone).replace(tzinfo=None)


def _slot(interval: str, start: datetime) -> str:
    return start.strftime(_SLOTS.get(interval, ""))


def _zone(node: Node) -> Any:
    if "time_zone" not in node.value:
        return timezone.get_default_timezone()
    given = child(node, "time_zone")
    try:
        return ScheduledJob._meta.get_field("time_zone").to_python(given.value)
    except ValidationError:
        raise RefusalError(
            given.bad(f"there is no time zone {given.value}. Write one such as Europe/Amsterdam.")
        ) from None


def _cron(node: Node, crontab: str, zone: Any) -> Any:
    try:
        return ScheduledJob.get_crontab(crontab, tz=zone)
    except (ParseException, ValueError) as error:
        raise RefusalError(child(node, "crontab").bad(f"{crontab} is no crontab: {error}")) from None


def _start(node: Node) -> datetime:
    try:
        return datetime.fromisoformat(node.value)
    except ValueError as error:
        raise RefusalError(node.bad(f"{node.value} is no date and time: {error}.")) from None


def _next(wanted: Mapping[str, Any]) -> datetime:
    """When it will run first: a start that has passed would make it run at once."""
    zone = wanted["time_zone"]
    now = timezone.now().astimezone(zone)
    if wanted["cron"] is not None:
        minutes = -(-int(wanted["cron"].remaining_estimate(now).total_seconds()) // 60)
        return now.replace(second=0, microsecond=0) + timedelta(minutes=max(minutes, 1))
    start, here = wanted["start"], now.replace(tzinfo=None)
    if start <= here:
        step = _STEPS[wanted["interval"]]
        start += ((here - start) // step + 1) * step
    return timezone.make_aware(start, zone)
