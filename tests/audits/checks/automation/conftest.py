"""Jobs, runs and schedules as a year of use leaves them."""

from datetime import timedelta

import pytest
from django.utils import timezone


@pytest.fixture
def make_run(db):
    """A function that makes a job result: ``make_run(job, "FAILURE", age=1, minutes=5)``, ended so many days ago after so many minutes."""
    from nautobot.extras.models import JobResult

    def run(job, status="SUCCESS", *, age=1.0, minutes=1.0, **values):
        done = timezone.now() - timedelta(days=age)
        ended = status in ("SUCCESS", "FAILURE", "REVOKED")
        fields = {
            "name": job.name,
            "job_model": job,
            "status": status,
            "date_started": done - timedelta(minutes=minutes),
            "date_done": done if ended else None,
            **values,
        }
        (result,) = JobResult.objects.bulk_create([JobResult(**fields)])
        JobResult.objects.filter(pk=result.pk).update(date_created=done - timedelta(minutes=minutes))
        return result

    return run


@pytest.fixture
def make_schedule(superuser):
    """A function that makes an enabled schedule: ``make_schedule(job, name="nightly", kwargs={…})``."""
    from nautobot.extras.models import ScheduledJob

    def run(job, name="schedule", **values):
        fields = {
            "interval": "daily",
            "start_time": timezone.now() - timedelta(days=10),
            "user": superuser,
            "task": job.class_path if job else "tests.Audit",
            **values,
        }
        (schedule,) = ScheduledJob.objects.bulk_create([ScheduledJob(name=name, job_model=job, **fields)])
        return schedule

    return run
