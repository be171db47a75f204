"""A real Celery worker dies by ``kill -9`` in the middle of a change: nothing is half written, and another worker completes the second run."""

import shutil
from contextlib import closing

import psutil
import psycopg2
import pytest
from django.db import connection
from nautobot.dcim.models import Cable
from nautobot.extras.models import Job, JobResult, ObjectChange
from nautobot.extras.registry import registry
from nautobot_dev_tools import exercises, run
from nautobot_dev_tools.compat import enqueue_job
from nautobot_dev_tools.processes import wait_until
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.pytest_plugin import session_key

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
HERE = "here"  # the package's name in JOBS_ROOT; `jobs` is this process's
GO_ON = "DROP FUNCTION wait_in_the_middle() CASCADE"
WAITING = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {LOCK} AND NOT granted"

pytestmark = pytest.mark.usefixtures("sample_data")


@pytest.fixture
def instance(request, sample_data, django_db_blocker):
    """The session's own Nautobot, which loads the Jobs of this repository from its JOBS_ROOT, without a worker yet."""
    found = request.config.stash[session_key].instance
    root = found.root / "jobs"
    root.mkdir(exist_ok=True)
    shutil.copytree(found.project.root / "jobs", root / HERE)
    with django_db_blocker.unblock():
        Job.objects.filter(job_class_name="ConnectCables").update(module_name=f"{HERE}.changes.connect_cables")
        yield found
        found.stop(patience=0.5)


@pytest.fixture
def other(instance):
    """A connection of its own."""
    settings = connection.get_connection_params()
    settings.pop("cursor_factory", None)
    with closing(psycopg2.connect(**settings)) as found, found.cursor() as cursor:
        found.autocommit = True
        yield cursor


def ask(cursor, question):
    cursor.execute(question)
    return cursor.fetchone()[0]


def start(user):
    """Hand the exercise to the worker, applied."""
    inputs = exercises.arguments(EXERCISE, registry["jobs"][EXERCISE.job], user)
    return enqueue_job(Job.objects.get(job_class_name="ConnectCables"), user, {**inputs, "dryrun": False})


def cables():
    return set(Cable.objects.values_list("pk", "label"))


def test_worker_is_killed_in_the_middle(instance, other):
    before = cables()
    other.execute(WAIT)
    other.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    instance.start_worker(concurrency=1)
    instance.wait_for_worker()
    killed = start(instance.ensure_admin())
    wait_until(lambda: ask(other, WAITING), timeout=120, what="The Job", alive=instance.worker.ensure_alive)

    worker = instance.worker.process()
    for process in [*worker.children(recursive=True), worker]:
        process.kill()
    psutil.wait_procs([worker], timeout=20)
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
