"""A real Celery worker dies by ``kill -9`` in the middle of a batch: whole batches are gone, and another worker goes on."""

from datetime import timedelta

import pytest
from django.utils import timezone
from nautobot.extras.models import Job, JobLogEntry, JobResult
from nautobot_dev_tools import run
from nautobot_dev_tools.compat import enqueue_job
from nautobot_dev_tools.processes import wait_until

# The deletion of the result with this name, in the second batch of three, waits for a lock that the test holds.
LOCK = 8_060_915
WAIT = f"""
CREATE FUNCTION wait_in_the_middle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.name = 'old 15' THEN PERFORM pg_advisory_xact_lock({LOCK}); END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER wait_in_the_middle BEFORE DELETE ON extras_jobresult FOR EACH ROW EXECUTE FUNCTION wait_in_the_middle();
"""
GO_ON = "DROP FUNCTION wait_in_the_middle() CASCADE"
WAITING = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {LOCK} AND NOT granted"
INPUTS = {"kinds": ["job_results"], "days": 30, "keep_last": 0, "undo_files": False, "batch": 10, "dryrun": False}

pytestmark = pytest.mark.usefixtures("sample_data")


def make_results():
    now = timezone.now()
    for index in range(25):
        result = JobResult.objects.create(name=f"old {index:02}", task_name="old", status="SUCCESS")
        JobLogEntry.objects.create(job_result=result, message="x")
        JobResult.objects.filter(pk=result.pk).update(date_created=now - timedelta(days=100 - index))


def left():
    names = set(JobResult.objects.filter(task_name="old").values_list("name", flat=True))
    assert JobLogEntry.objects.filter(job_result__task_name="old").count() == len(names)
    return names


def test_worker_is_killed_in_a_batch(in_jobs_root, other_connection, kill_worker):
    instance, other = in_jobs_root("Retention"), other_connection
    make_results()
    other.execute(WAIT)
    other.execute("SELECT pg_advisory_lock(%s)", [LOCK])

    def waiting(question=WAITING):
        other.execute(question)
        return other.fetchone()[0]

    def start():
        instance.start_worker(concurrency=1)
        instance.wait_for_worker()
        return enqueue_job(Job.objects.get(job_class_name="Retention"), instance.ensure_admin(), INPUTS)

    killed = start()
    wait_until(waiting, timeout=120, what="The Job", alive=instance.worker.ensure_alive)
    kill_worker(instance)
    other.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    wait_until(lambda: not waiting(WAITING.replace(" AND NOT granted", "")), timeout=60, what="The rollback")
    other.execute(GO_ON)

    assert left() == {f"old {index:02}" for index in range(10, 25)}
    assert JobResult.objects.get(pk=killed.pk).status == "STARTED"

    outcome = run.wait(start())

    assert (outcome.status, outcome.result["deleted"]) == ("success", {"job_results": 15})
    assert left() == set()
