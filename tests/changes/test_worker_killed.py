"""A real Celery worker dies by ``kill -9`` in the middle of a change: nothing is half written, and another worker completes the second run."""

import pytest
from nautobot.dcim.models import Cable
from nautobot.extras.models import Job, JobResult, ObjectChange
from nautobot.extras.registry import registry
from nautobot_dev_tools import exercises, run
from nautobot_dev_tools.compat import enqueue_job
from nautobot_dev_tools.processes import wait_until
from nautobot_dev_tools.project import Project

EXERCISE = next(each for each in exercises.load(Project.find()) if each.job.endswith(".ConnectCables"))
# A cable with this label, which the exercise connects third of six, waits for a lock that the test holds.
LOCK = 8_060_914
WAIT = f"""
CREATE FUNCTION wait_in_the_middle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.label = 'EX-0003' THEN PERFORM pg_advisory_xact_lock({LOCK}); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER wait_in_the_middle BEFORE INSERT OR UPDATE ON dcim_cable FOR EACH ROW EXECUTE FUNCTION wait_in_the_middle();
"""
GO_ON = "DROP FUNCTION wait_in_the_middle() CASCADE"
WAITING = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {LOCK} AND NOT granted"

pytestmark = pytest.mark.usefixtures("sample_data")


@pytest.fixture
def instance(in_jobs_root):
    return in_jobs_root("ConnectCables")


def ask(cursor, question):
    cursor.execute(question)
    return cursor.fetchone()[0]


def start(user):
    """Hand the exercise to the worker, applied."""
    inputs = exercises.arguments(EXERCISE, registry["jobs"][EXERCISE.job], user)
    return enqueue_job(Job.objects.get(job_class_name="ConnectCables"), user, {**inputs, "dryrun": False})


def cables():
    return set(Cable.objects.values_list("pk", "label"))


def test_worker_is_killed_in_the_middle(instance, other_connection, kill_worker):
    other = other_connection
    before = cables()
    other.execute(WAIT)
    other.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    instance.start_worker(concurrency=1)
    instance.wait_for_worker()
    killed = start(instance.ensure_admin())
    wait_until(lambda: ask(other, WAITING), timeout=120, what="The Job", alive=instance.worker.ensure_alive)

    kill_worker(instance)
    other.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    wait_until(lambda: not ask(other, WAITING.replace(" AND NOT granted", "")), timeout=60, what="The rollback")
    other.execute(GO_ON)

    assert cables() == before
    assert (
        not ObjectChange.objects.filter(changed_object_type__model="cable")
        .exclude(action="delete")
        .exclude(changed_object_id__in=[pk for pk, _ in before])
    )
    assert JobResult.objects.get(pk=killed.pk).status == "STARTED"

    instance.start_worker(concurrency=1)
    instance.wait_for_worker()
    outcome = run.wait(start(instance.ensure_admin()))

    assert (outcome.status, outcome.count("changes")) == ("success", EXERCISE.expect["changes"])
    assert len(cables() - before) == EXERCISE.expect["changes"]
