"""EXTRAS-RUN-002: run that does not start."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from nautobot.extras.choices import JobResultStatusChoices

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ._runs import ago, moment


class WaitingRun(Check):
    """Runs that wait for a worker for long."""

    id = "EXTRAS-RUN-002"
    title = "Run that does not start"
    severity = Severity.HIGH
    model = "extras.jobresult"
    description = (
        "The job result is pending for longer than the parameter `minutes`. Either no worker serves its queue, or all are "
        "busy, or the message was lost with the broker; then it will never start."
    )
    remedy = "See which workers serve its queue. If the broker has lost it, run the Job again and delete the result."
    tags = ("automation", "run")
    parameters = {"minutes": Parameter(60, "Results younger than this are left alone.")}
    since = "0.2.0"
    bad = '"Audit" was queued yesterday to a queue without a worker.'
    good = '"Audit" was queued ten minutes ago, behind three others.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Old results that are still pending."""
        pending = objects.filter(
            status=JobResultStatusChoices.STATUS_PENDING, date_created__lt=ago(minutes=self.values["minutes"])
        )
        for row in self.rows(pending, "date_created", "celery_kwargs"):
            details = {"queued": moment(row["date_created"]), "queue": (row["celery_kwargs"] or {}).get("queue") or ""}
            yield self.finding(row, context, "The run waits for a worker.", details=details)
