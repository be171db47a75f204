"""What the checks of Jobs that cannot run share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from nautobot.extras.models import Job


def cannot_run(path: str) -> Q:
    """Condition: the Job at the end of the path is disabled, or not installed."""
    return Q(**{f"{path}__enabled": False}) | Q(**{f"{path}__installed": False})


def job_name(user: Any, path: str) -> Subquery:
    """Name of the Job at the end of the path, if the user may view it."""
    return Subquery(visible_jobs(user).filter(pk=OuterRef(path)).values("name")[:1])


def visible_jobs(user: Any) -> QuerySet:
    """The Jobs that the user may view."""
    return Job.objects.restrict(user, "view").order_by()


def why(row: Mapping[str, Any], path: str) -> str:
    """Why the Job of a row cannot run."""
    return "is not installed" if not row[f"{path}__installed"] else "is disabled"
