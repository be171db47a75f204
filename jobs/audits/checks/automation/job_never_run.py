"""EXTRAS-JOB-002: Job that was never run."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.extras.models import JobButton, JobHook, JobResult, ScheduledJob

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ._runs import ago, moment


class NeverRunJob(Check):
    """Jobs that are enabled and that nobody runs."""

    id = "EXTRAS-JOB-002"
    title = "Job that was never run"
    severity = Severity.INFO
    model = "extras.job"
    description = (
        "The Job is enabled, installed and known for longer than the parameter `days`; there is no result of it, and no "
        "schedule, job hook or job button that would run it. Whoever deletes old job results deletes what would tell, so "
        "choose `days` accordingly. Nautobot's own Jobs are left alone."
    )
    remedy = "Disable it, so that it is not in the way; or schedule what was meant to run."
    tags = ("automation", "job", "unused")
    parameters = {"days": Parameter(90, "Jobs known for a shorter time are left alone.")}
    since = "0.2.0"
    bad = '"Reconcile addresses" was enabled in spring, to be scheduled some day.'
    good = '"Audit racks" was run once; "Normalize serial" was not yet, but is what a job hook runs.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Jobs without results and without anything that would run them."""
        jobs = objects.filter(enabled=True, installed=True, created__lt=ago(days=self.values["days"]))
        jobs = jobs.exclude(module_name__startswith="nautobot.")
        links = ((JobResult, "job_model"), (ScheduledJob, "job_model"), (JobHook, "job"), (JobButton, "job"))
        for model, field in links:
            jobs = jobs.exclude(Exists(model._default_manager.filter(**{field: OuterRef("pk")}).order_by()))
        for row in self.rows(jobs, "created"):
            yield self.finding(row, context, "The Job was never run.", details={"known since": moment(row["created"])})
