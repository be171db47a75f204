"""EXTRAS-SCHEDULE-004: overdue schedule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from nautobot.extras.models import ScheduledJob

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ._runs import ago, moment

_COLUMNS = ("interval", "crontab", "start_time", "time_zone", "last_run_at", "total_run_count")


class OverdueSchedule(Check):
    """Schedules that should have run and did not."""

    id = "EXTRAS-SCHEDULE-004"
    title = "Overdue schedule"
    severity = Severity.HIGH
    model = "extras.scheduledjob"
    description = (
        "The schedule is enabled and waits for no approval, and the time at which it should have run next is over for "
        "longer than the parameter `minutes`; that includes schedules that have never run. Nautobot notes when it queues "
        "a run, so either Celery Beat does not run, or it does not know of the schedule."
    )
    remedy = (
        "See that exactly one Celery Beat runs and reaches the database; if it does, disable and enable the schedule."
    )
    tags = ("automation", "job", "run")
    parameters = {"minutes": Parameter(15, "A delay up to this is left alone.")}
    since = "0.2.0"
    bad = '"Audit, daily" should have run at 02:00, and did so last on Friday.'
    good = '"Audit, daily" ran at 02:00; "Once on Sunday" is not due before Sunday.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Enabled schedules by when they should have run; a crontab is nothing that a database can ask."""
        latest = ago(minutes=self.values["minutes"])
        for row in self.rows(objects.enabled().filter(enabled=True, start_time__lt=latest), *_COLUMNS):
            due = _due(ScheduledJob(**{name: row[name] for name in _COLUMNS}))
            if due is not None and due < latest:
                details = {"due": moment(due), "last run": moment(row["last_run_at"]) or "never"}
                yield self.finding(row, context, "The schedule should have run and did not.", details=details)


def _due(schedule: ScheduledJob) -> datetime | None:
    """When it should run next, seen from its last run; None if it will not."""
    if schedule.interval == "future":
        return None if schedule.total_run_count else schedule.start_time
    # As Celery Beat begins to count: nautobot.core.celery.schedulers.NautobotScheduleEntry.
    last = schedule.last_run_at or schedule.start_time - timedelta(minutes=1)
    start, ahead, _ = schedule.schedule.remaining_delta(timezone.localtime(last, schedule.time_zone))
    return start + ahead
