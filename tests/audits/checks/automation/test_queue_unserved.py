"""EXTRAS-QUEUE-001: which job queues no worker serves."""

import pytest
from nautobot.extras.models import Job, JobQueue

from jobs.audits.checks.automation import UnservedQueue


@pytest.fixture
def queue(db):
    return JobQueue.objects.create(name="network", queue_type="celery")


@pytest.fixture
def unserved(ask, queue):
    return lambda: ask(UnservedQueue(seconds=0.2), objects=JobQueue.objects.filter(pk=queue.pk))


def test_default_queue_of_a_job(unserved, queue, lab, make_job):
    lab.force(make_job("Collect"), default_job_queue=queue)
    (finding,) = unserved()
    assert (finding.display, finding.details["enabled jobs"]) == ("network", "1")


def test_queue_of_a_schedule(unserved, queue, make_job, make_schedule):
    make_schedule(make_job("Collect"), job_queue=queue)
    assert unserved()[0].details["enabled schedules"] == "1"


def test_nothing_goes_there(unserved, queue, lab, make_job, make_schedule):
    job = make_job("Collect", enabled=False)
    lab.force(job, default_job_queue=queue)
    make_schedule(job, job_queue=queue, enabled=False)
    assert unserved() == []


def test_pods_come_when_needed(unserved, queue, lab, make_job):
    lab.force(make_job("Collect"), default_job_queue=queue)
    lab.force(queue, queue_type="kubernetes")
    assert unserved() == []
    assert Job.objects.filter(default_job_queue=queue).exists()
