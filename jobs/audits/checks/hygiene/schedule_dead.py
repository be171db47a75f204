"""EXTRAS-SCHEDULE-002: schedule that cannot run."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._jobs import cannot_run, job_name, why


class DeadSchedule(Check):
    """Schedules that are enabled and fail each time."""

    id = "EXTRAS-SCHEDULE-002"
    title = "Schedule that cannot run"
    severity = Severity.HIGH
    model = "extras.scheduledjob"
    description = (
        "The schedule is enabled, but its Job is disabled, not installed or deleted, or the user that it runs as is "
        "deleted or inactive. What should happen every night does not, and nobody is told."
    )
    remedy = "Enable or install the Job; schedule it again as a user who is there; or delete the schedule."
    tags = ("automation", "job")
    since = "0.1.0"
    bad = '"Audit of connections, daily" runs as a user who left and whose account was deactivated.'
    good = '"Audit of addresses, weekly" runs as a user who is active, and its Job is enabled.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Enabled schedules without a Job that can run, or without a user."""
        gone = Q(user__isnull=True) | Q(user__is_active=False)
        dead = objects.filter(cannot_run("job_model") | Q(job_model__isnull=True) | gone, enabled=True)
        dead = dead.annotate(job_name=job_name(context.user, "job_model"))
        columns = ("job_model", "job_model__installed", "job_model__enabled", "user", "user__is_active", "job_name")
        for row in self.rows(dead, *columns):
            details = {"job": row["job_name"] or ""}
            if not row["job_model"]:
                yield self.finding(row, context, "The Job of the schedule is deleted.", key="job", details=details)
            elif not (row["job_model__installed"] and row["job_model__enabled"]):
                message = f"The Job of the schedule {why(row, 'job_model')}."
                yield self.finding(row, context, message, key="job", details=details)
            if not row["user__is_active"]:
                message = f"The user of the schedule is {'inactive' if row['user'] else 'deleted'}."
                yield self.finding(row, context, message, key="user", details=details)
