"""What differs between the supported versions of Nautobot about Jobs, schedules and approvals."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Max, Model
from nautobot.extras.models import Job, ScheduledJob

# Fields of a Job that an administrator may override, with queues apart: approval_required until 2.4, console_log_default
# since 3.1.
OVERRIDABLE = tuple(
    field.name.removesuffix("_override")
    for field in Job._meta.concrete_fields
    if field.name.endswith("_override") and field.name not in ("job_queues_override", "default_job_queue_override")
)
_HAS_CONSOLE_LOG = "console_log_default" in OVERRIDABLE
_HAS_STATE = any(field.name == "state" for field in ScheduledJob._meta.concrete_fields)
_APPROVED_BY_JOB = "approval_required" in OVERRIDABLE


def approval_models() -> tuple[type[Model], type[Model]] | None:
    """The models of approval workflow definitions and their stages; None before 3.0."""
    if "approvalworkflowdefinition" not in apps.all_models["extras"]:
        return None
    return (
        apps.get_model("extras.approvalworkflowdefinition"),
        apps.get_model("extras.approvalworkflowstagedefinition"),
    )


def celery_options(
    queue: Any,
    *,
    profile: bool,
    console_log: bool,
    ignore_singleton_lock: bool,
    soft_time_limit: float,
    time_limit: float,
) -> dict[str, Any]:
    """What a schedule hands to Celery, as `ScheduledJob.create_schedule` writes it."""
    options = {
        "nautobot_job_profile": profile,
        "queue": queue.name,
        "nautobot_job_ignore_singleton_lock": ignore_singleton_lock,
    }
    if _HAS_CONSOLE_LOG:
        options |= {"nautobot_job_console_log": console_log, "nautobot_job_queue_type": queue.queue_type}
    limits = {"soft_time_limit": soft_time_limit, "time_limit": time_limit}
    return options | {name: value for name, value in limits.items() if value > 0}


def has_console_log() -> bool:
    """Can a run of a Job be told to log to a console (3.1 and later)?"""
    return _HAS_CONSOLE_LOG


def approval_of_schedule(job: Any, required: bool) -> dict[str, Any]:
    """Fields that a new schedule of a Job has for approval: before 3.0 the Job says whether it needs one."""
    return {"approval_required": required} if _APPROVED_BY_JOB and job is not None else {}


def standing(schedule: Any) -> str:
    """Why a schedule does not run although somebody has decided, or has to decide, about it; "" otherwise."""
    if _HAS_STATE:
        words = {"pending": "waits for approval", "denied": "was denied", "canceled": "was withdrawn from approval"}
        return words.get(schedule.state, "")
    if not schedule.approval_required:
        return ""
    decided = schedule.approved_at if hasattr(schedule, "approved_at") else schedule.decision_date
    return "" if decided else "waits for approval"


def new_key(model: type[Model], taken: int = 0) -> Any:
    """A primary key for an object that is not saved yet; of a model whose keys are numbers, the next number.

    Args:
        model: the model.
        taken: how many have been given out before that are not saved either.
    """
    if model._meta.pk.has_default():
        return model._meta.pk.get_default()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s))", [model._meta.db_table, model._meta.pk.column]
            )
            return cursor.fetchone()[0]
    return (model._base_manager.aggregate(last=Max("pk"))["last"] or 0) + 1 + taken
