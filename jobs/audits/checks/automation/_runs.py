"""Runs of Jobs: how the last ones ended."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone as clock
from nautobot.extras.choices import JobResultStatusChoices
from nautobot.extras.models import JobResult

from ....toolkit.queries import count

FAILURE = JobResultStatusChoices.STATUS_FAILURE
SUCCESS = JobResultStatusChoices.STATUS_SUCCESS
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def ago(**how_long: int) -> datetime:
    """So long before now: ``ago(days=30)``."""
    return clock.now() - timedelta(**how_long)


def moment(when: datetime | None) -> str:
    """A point in time, as "2026-01-31 23:59"; "" for none."""
    return f"{clock.localtime(when):%Y-%m-%d %H:%M}" if when else ""


def failing(objects: QuerySet, least: int, days: int, **link: Any) -> QuerySet:
    """What has failed at least so often since it last succeeded, the last time in the last days.

    Annotated with `failures`, `last_good` and `last_bad`.

    Args:
        objects: Jobs or schedules.
        least: so many failures.
        days: how long ago the last of them was at most.
        link: conditions for their results.
    """
    runs = JobResult.objects.filter(date_done__isnull=False, **link).order_by("-date_done")
    bad = runs.filter(status=FAILURE)
    return objects.annotate(
        last_good=Subquery(runs.filter(status=SUCCESS).values("date_done")[:1]),
        last_bad=Subquery(bad.values("date_done")[:1]),
        failures=count(bad.filter(date_done__gt=Coalesce(OuterRef("last_good"), Value(_EPOCH)))),
    ).filter(Exists(bad.filter(date_done__gte=ago(days=days))), failures__gte=least)
