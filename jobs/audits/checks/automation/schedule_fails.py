"""EXTRAS-SCHEDULE-003: schedule whose runs fail."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import OuterRef, QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ._runs import failing, moment


class FailingSchedule(Check):
    """Schedules whose last runs have failed."""

    id = "EXTRAS-SCHEDULE-003"
    title = "Schedule whose runs fail"
    severity = Severity.HIGH
    model = "extras.scheduledjob"
    description = (
        "The schedule is enabled, and its runs have failed at least as often as the parameter `runs` says since the last "
        "that succeeded, lately within `days` days. Nobody looks at the results of what runs at night."
    )
    remedy = "Open the last job result and mend what it tells; or disable the schedule."
    tags = ("automation", "job", "run")
    parameters = {
        "runs": Parameter(2, "Failures since the last success."),
        "days": Parameter(30, "The last of them is at most so old."),
    }
    since = "0.2.0"
    bad = '"Backup, daily" has failed 31 times since its last success a month ago.'
    good = '"Audit, weekly" failed last week, and succeeded the day before yesterday.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Enabled schedules with failures after their last success."""
        schedules = objects.filter(enabled=True)
        schedules = failing(schedules, self.values["runs"], self.values["days"], scheduled_job=OuterRef("pk"))
        for row in self.rows(schedules, "failures", "last_good", "last_bad"):
            details = {"last success": moment(row["last_good"]) or "never", "last failure": moment(row["last_bad"])}
            message = f"Runs of the schedule have failed {row['failures']} times since the last that succeeded."
            yield self.finding(row, context, message, details=details)
