"""EXTRAS-JOBHOOK-002: job hook whose Job cannot run."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._jobs import cannot_run, job_name, why


class DeadJobHook(Check):
    """Job hooks that are enabled and do nothing."""

    id = "EXTRAS-JOBHOOK-002"
    title = "Job hook whose Job cannot run"
    severity = Severity.HIGH
    model = "extras.jobhook"
    description = (
        "The job hook is enabled, but its Job is disabled or not installed. Nautobot writes a line to the log of the web "
        "server or worker and does nothing else: people believe that their changes are checked."
    )
    remedy = "Enable or install the Job, or disable the job hook."
    tags = ("automation", "job")
    since = "0.1.0"
    bad = '"Check new cables" is enabled; its Job was disabled after an update.'
    good = '"Check new devices" is disabled, and so is its Job.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Enabled job hooks of Jobs that cannot run."""
        objects = objects.filter(cannot_run("job"), enabled=True).annotate(job_name=job_name(context.user, "job"))
        for row in self.rows(objects, "job__installed", "job_name"):
            message = f"The Job of the job hook {why(row, 'job')}."
            yield self.finding(row, context, message, details={"job": row["job_name"] or ""})
