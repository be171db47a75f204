"""EXTRAS-JOBBUTTON-002: job button whose Job cannot run."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._jobs import cannot_run, job_name, why


class DeadJobButton(Check):
    """Job buttons that are shown and cannot be pressed."""

    id = "EXTRAS-JOBBUTTON-002"
    title = "Job button whose Job cannot run"
    severity = Severity.LOW
    model = "extras.jobbutton"
    description = (
        "The job button is enabled, but its Job is disabled or not installed. The button is on the page, grey, or fails "
        "when pressed."
    )
    remedy = "Enable or install the Job, or disable the job button."
    tags = ("automation", "job")
    since = "0.1.0"
    bad = '"Bounce port" is on all interfaces; its Job is gone from the repository.'
    good = '"Check device" is enabled, and so is its Job.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Enabled job buttons of Jobs that cannot run."""
        objects = objects.filter(cannot_run("job"), enabled=True).annotate(job_name=job_name(context.user, "job"))
        for row in self.rows(objects, "job__installed", "job_name"):
            message = f"The Job of the job button {why(row, 'job')}."
            yield self.finding(row, context, message, details={"job": row["job_name"] or ""})
