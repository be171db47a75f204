"""EXTRAS-FILE-001: file of no job."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity


class OrphanedFile(Check):
    """Files that no job result has, and no page shows."""

    id = "EXTRAS-FILE-001"
    title = "File of no job"
    severity = Severity.LOW
    model = "extras.fileproxy"
    description = (
        "The file, uploaded for a Job or made by one, belongs to no job result and is older than the parameter `days`. "
        "Files uploaded for a run are deleted by the Job afterwards; those of a run that failed to start stay, in the "
        "database by default, for good."
    )
    remedy = "Delete it one by one through the API or the shell (`FileProxy.delete()`, which deletes the content too)."
    tags = ("job", "unused")
    parameters = {"days": Parameter(30, "Files younger than this are left alone.")}
    since = "0.1.0"
    bad = "devices.csv was uploaded in March for a run that never started."
    good = "report.html, as old, is a file of a job result."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Old files without a job result."""
        latest = timezone.now() - timedelta(days=self.values["days"])
        for row in self.rows(objects.filter(job_result__isnull=True, uploaded_at__lt=latest), "uploaded_at"):
            day = f"{row['uploaded_at']:%Y-%m-%d}"
            yield self.finding(row, context, "The file belongs to no job result.", details={"uploaded": day})
