"""EXTRAS-JOB-003: Job that is no longer installed."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import OuterRef, QuerySet
from nautobot.extras.models import JobButton, JobHook, JobResult, ScheduledJob

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import count


class MissingJob(Check):
    """Records of Jobs whose code is gone."""

    id = "EXTRAS-JOB-003"
    title = "Job that is no longer installed"
    severity = Severity.MEDIUM
    model = "extras.job"
    description = (
        "The record of the Job is there, its code is not: it was renamed, moved or removed, or its module can no longer be "
        "imported. Nautobot keeps the record for what hangs on it, which the finding counts: schedules, job hooks, job "
        "buttons and job results. None of them runs."
    )
    remedy = (
        "Look into the last sync of its repository; move what hangs on it to the Job that took its place; then delete the "
        "record, which deletes its job hooks and job buttons as well."
    )
    tags = ("automation", "job", "unused")
    since = "0.2.0"
    bad = '"Backup" was moved to another file; its schedule and 300 results hang on the old record.'
    good = '"Backup" is disabled, but its code is there.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Jobs that are not installed, and how much refers to them."""
        links = {
            "schedules": (ScheduledJob, "job_model"),
            "job hooks": (JobHook, "job"),
            "job buttons": (JobButton, "job"),
            "job results": (JobResult, "job_model"),
        }
        counts = {
            f"count_{index}": count(model._default_manager.filter(**{field: OuterRef("pk")}))
            for index, (model, field) in enumerate(links.values())
        }
        columns = ("module_name", "job_class_name", *counts)
        for row in self.rows(objects.filter(installed=False).annotate(**counts), *columns):
            details = {"class": f"{row['module_name']}.{row['job_class_name']}"}
            details |= {noun: str(row[name]) for noun, name in zip(links, counts, strict=True) if row[name]}
            yield self.finding(row, context, "The code of the Job is no longer installed.", details=details)
