"""EXTRAS-JOB-001: Job that fails each time."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import OuterRef, QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ._runs import failing, moment


class FailingJob(Check):
    """Jobs whose last runs have all failed."""

    id = "EXTRAS-JOB-001"
    title = "Job that fails each time"
    severity = Severity.MEDIUM
    model = "extras.job"
    description = (
        "The Job is enabled and installed, has failed at least as often as the parameter `runs` says since it last "
        "succeeded, and did so in the last `days` days. Runs of schedules are told by the schedule (EXTRAS-SCHEDULE-003). "
        "An audit that fails because of what it found counts: that is what it is told to do, and somebody should look."
    )
    remedy = "Open the last job result and mend what it tells; or disable the Job."
    tags = ("automation", "job", "run")
    parameters = {
        "runs": Parameter(3, "Failures since the last success."),
        "days": Parameter(30, "The last of them is at most so old."),
    }
    since = "0.2.0"
    bad = '"Collect versions" was started by hand four times this week, and failed each time.'
    good = '"Audit racks" failed twice and succeeded today; "Old import" failed last year and was not run since.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Jobs with failures after their last success."""
        runs = {"job_model": OuterRef("pk"), "scheduled_job__isnull": True}
        jobs = objects.filter(enabled=True, installed=True)
        jobs = failing(jobs, self.values["runs"], self.values["days"], **runs)
        for row in self.rows(jobs, "failures", "last_good", "last_bad"):
            details = {"last success": moment(row["last_good"]) or "never", "last failure": moment(row["last_bad"])}
            message = f"The Job has failed {row['failures']} times since it last succeeded."
            yield self.finding(row, context, message, details=details)
