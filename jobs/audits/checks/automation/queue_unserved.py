"""EXTRAS-QUEUE-001: job queue that no worker serves."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import OuterRef, Q, QuerySet
from nautobot.extras.choices import JobQueueTypeChoices
from nautobot.extras.models import Job, ScheduledJob

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import count
from ....toolkit.workers import served_queues


class UnservedQueue(Check):
    """Job queues to which Jobs are sent, and from which no worker takes them."""

    id = "EXTRAS-QUEUE-001"
    title = "Job queue that no worker serves"
    severity = Severity.HIGH
    model = "extras.jobqueue"
    description = (
        "No Celery worker that answers within the parameter `seconds` takes runs from the job queue, and it is where an "
        "enabled Job goes by default, or an enabled schedule. A worker answers while it is busy, so silence means that "
        "there is none, or that it listens to other queues. Queues of Kubernetes are left alone: their pods come when "
        "they are needed."
    )
    remedy = "Start a worker with this queue (nautobot-server celery worker --queues …), or send the Jobs elsewhere."
    tags = ("automation", "run")
    parameters = {"seconds": Parameter(2, "So long workers have to answer.")}
    since = "0.2.0"
    bad = '"network" is the default queue of 12 enabled Jobs; the only worker serves "default".'
    good = '"default" is served by a worker; "laboratory" is served by none, and nothing goes there.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Queues in use that no worker named."""
        jobs = Job.objects.filter(default_job_queue=OuterRef("pk"), enabled=True, installed=True)
        schedules = ScheduledJob.objects.filter(job_queue=OuterRef("pk"), enabled=True)
        queues = objects.exclude(queue_type=JobQueueTypeChoices.TYPE_KUBERNETES)
        queues = queues.annotate(jobs_here=count(jobs), schedules_here=count(schedules))
        rows = list(
            self.rows(queues.filter(Q(jobs_here__gt=0) | Q(schedules_here__gt=0)), "jobs_here", "schedules_here")
        )
        served = served_queues(self.values["seconds"]) if rows else {}
        for row in rows:
            if self.display(row) not in served:
                details = {
                    "enabled jobs": str(row["jobs_here"]),
                    "enabled schedules": str(row["schedules_here"]),
                    "served": ", ".join(sorted(served)) or "none",
                }
                yield self.finding(row, context, "No worker serves the job queue.", details=details)
