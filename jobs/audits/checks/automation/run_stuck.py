"""EXTRAS-RUN-001: run that hangs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from nautobot.extras.choices import JobResultStatusChoices

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ._runs import moment


class StuckRun(Check):
    """Runs that go on beyond the time at which their worker would have ended them."""

    id = "EXTRAS-RUN-001"
    title = "Run that hangs"
    severity = Severity.HIGH
    model = "extras.jobresult"
    description = (
        "The job result says that the Job runs, and its hard time limit is over for longer than the parameter `minutes`. "
        "Its worker would have ended it, so the worker is gone: killed, out of memory, or restarted. The run neither goes "
        "on nor ends, and holds the lock of a Job that may only run once."
    )
    remedy = "Look for the worker's end in its log; run the Job again; delete the result or set its status."
    tags = ("automation", "run")
    parameters = {"minutes": Parameter(5, "So long after the hard time limit.")}
    since = "0.2.0"
    bad = '"Backup" has a limit of ten minutes, and is running since yesterday.'
    good = '"Backup" runs for nine minutes.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Running results by the limit of their Job; there are as many as workers, and those that were left behind."""
        running = objects.filter(status=JobResultStatusChoices.STATUS_STARTED, date_started__isnull=False)
        now = timezone.now()
        for row in self.rows(running, "date_started", "worker", "job_model__time_limit", "celery_kwargs"):
            limit = (row["celery_kwargs"] or {}).get("time_limit") or row["job_model__time_limit"]
            limit = limit or settings.CELERY_TASK_TIME_LIMIT
            if now > row["date_started"] + timedelta(seconds=limit, minutes=self.values["minutes"]):
                details = {
                    "started": moment(row["date_started"]),
                    "time limit": f"{limit:g} s",
                    "worker": row["worker"] or "",
                }
                yield self.finding(row, context, "The run goes on beyond its hard time limit.", details=details)
