"""Hello World, and through it Nautobot's own ways to run a Job."""

import pstats
import shutil
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

# Not from nautobot.apps.testing, which needs Selenium before Nautobot 3.1.
from nautobot.core.testing import run_job_for_testing
from nautobot.extras.models import Job as JobModel
from nautobot_dev_tools.compat import as_inputs, enqueue_job, left_profile

from jobs.examples.hello_world import HelloWorld


def test_greets(run_job):
    run = run_job(HelloWorld, {"who": "Ada"})

    assert run.status == "SUCCESS"
    assert run.result == "Hello, Ada!"
    [entry] = [entry for entry in run.logs if entry.grouping == "run"]
    assert (entry.log_level, entry.message) == ("info", "Hello, Ada!")


def test_default(run_job):
    assert run_job(HelloWorld).result == "Hello, world!"


@pytest.mark.parametrize("who", ["", "a" * 101])
def test_form_refuses(run_job, who):
    with pytest.raises(ValidationError) as error:
        run_job(HelloWorld, {"who": who})
    assert list(error.value.message_dict) == ["who"]


def test_needs_no_permission(run_job, make_user):
    assert run_job(HelloWorld, user=make_user()).status == "SUCCESS"


# Nautobot guide: "Programmatic Job Execution" and "Testing Jobs". The tests of this repository use `run_job` instead.


def test_enqueued_it_waits_for_the_commit(superuser, django_capture_on_commit_callbacks):
    """A worker must not start before what it is to read has been committed."""
    record = JobModel.objects.get(job_class_name="HelloWorld")

    with django_capture_on_commit_callbacks() as callbacks:
        job_result = enqueue_job(record, superuser, {"who": "Ada"})

    assert job_result.status == "PENDING"
    assert job_result.user == superuser
    assert len(callbacks) == 1


def test_executed_in_this_process(superuser):
    record = JobModel.objects.get(job_class_name="HelloWorld")
    job_result = enqueue_job(record, superuser, {"who": "Ada"}, synchronous=True)
    assert (job_result.status, job_result.result) == ("SUCCESS", "Hello, Ada!")


@pytest.mark.django_db
def test_nautobots_own_test_helper_and_profiler(tmp_path):
    record = JobModel.objects.get(job_class_name="HelloWorld")
    job_result = run_job_for_testing(record, profile=True, **as_inputs(run_job_for_testing, {"who": "Ada"}))

    assert (job_result.status, job_result.result) == ("SUCCESS", "Hello, Ada!")
    if left := left_profile(job_result):
        path = Path(shutil.move(left, tmp_path))
        assert not job_result.files.exists()
    else:
        [profile] = job_result.files.all()
        path = tmp_path / profile.name
        path.write_bytes(profile.file.read())
    functions = {function for _file, _line, function in pstats.Stats(str(path)).stats}
    assert "run" in functions
