"""EXTRAS-SCHEDULE-001: disabled schedule."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from nautobot.extras.choices import JobExecutionType

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity

ONCE = (JobExecutionType.TYPE_IMMEDIATELY, JobExecutionType.TYPE_FUTURE)


class DisabledSchedule(Check):
    """Schedules that somebody switched off."""

    id = "EXTRAS-SCHEDULE-001"
    title = "Disabled schedule"
    severity = Severity.INFO
    model = "extras.scheduledjob"
    description = (
        "The recurring schedule of a Job is disabled: the Job no longer runs. Schedules for one run are left alone, as "
        "Nautobot disables them itself after the run."
    )
    remedy = "Enable it, or delete it."
    tags = ("automation", "unused")
    since = "0.1.0"
    bad = '"Audit of connections, daily" was disabled during a migration.'
    good = '"Once on Friday" ran on Friday.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Recurring schedules that are not enabled."""
        for row in self.rows(objects.filter(enabled=False).exclude(interval__in=ONCE), "interval"):
            yield self.finding(row, context, "The schedule is disabled.", details={"interval": row["interval"]})
