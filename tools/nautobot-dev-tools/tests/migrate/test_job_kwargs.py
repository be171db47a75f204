"""The variables of a Job that is started are in job_kwargs=."""

import pytest
from migrating import NEEDS_3_2, after, assert_becomes, assert_untouched, migrated
from nautobot_dev_tools.migrate.transformations.job_kwargs import JobKwargs

HEAD = """\
from nautobot.apps.testing import run_job_for_testing
from nautobot.extras.models import JobResult, ScheduledJob

"""


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("JobResult.enqueue_job(job, user)", "JobResult.enqueue_job(job, user, job_kwargs={})"),
        (
            "JobResult.enqueue_job(job, user, device=d, synchronous=True, dryrun=False)",
            'JobResult.enqueue_job(job, user, job_kwargs={"device": d, "dryrun": False}, synchronous=True)',
        ),
        (
            "JobResult.enqueue_job(job, user, profile=True, **data)",
            "JobResult.enqueue_job(job, user, profile=True, job_kwargs=data)",
        ),
        (
            "JobResult.execute_job(job, user, a=1, **data)",
            'JobResult.execute_job(job, user, job_kwargs={"a": 1, **data})',
        ),
        ("run_job_for_testing(self.job)", "run_job_for_testing(self.job, job_kwargs={})"),
        (
            "run_job_for_testing(\n    job,\n    username='x',\n    device=d,  # that one\n)",
            "run_job_for_testing(\n    job,\n    username='x',\n    job_kwargs={\"device\": d},  # that one\n)",
        ),
        (
            'ScheduledJob.create_schedule(job, user, name="x", interval="daily", site=y)',
            'ScheduledJob.create_schedule(job, user, name="x", interval="daily", job_kwargs={"site": y})',
        ),
        (
            "run_job_for_testing(job, a=run_job_for_testing(other))",
            'run_job_for_testing(job, job_kwargs={"a": run_job_for_testing(other, job_kwargs={})})',
        ),
        ("models.JobResult.enqueue_job(job, user)", "models.JobResult.enqueue_job(job, user, job_kwargs={})"),
    ],
)
def test_becomes(before, expected):
    assert_becomes(HEAD + before + "\n", HEAD + expected + "\n", JobKwargs())


@pytest.mark.parametrize(
    "code",
    [
        "JobResult.enqueue_job(job, user, job_kwargs={})",
        "run_job_for_testing(job, job_kwargs=data)",
        "queue.enqueue_job(job, user)",
        "self.enqueue_job(job)",
        "mine.run_job_for_testing(job)",
        "JobResult.enqueue_job",
    ],
)
def test_stays(code):
    assert_untouched(HEAD + code + "\n", JobKwargs())


def test_a_helper_of_the_repository_stays():
    assert_untouched("def run_job_for_testing(job):\n    pass\n\n\nrun_job_for_testing(1)\n", JobKwargs())


def test_arguments_that_cannot_be_told_are_left_to_a_person():
    assert "the arguments cannot be told" in after(HEAD + "JobResult.enqueue_job(*args)\n", JobKwargs())


def test_an_unpacked_mapping_is_only_likely():
    done = migrated(HEAD + "run_job_for_testing(job, **data)\nrun_job_for_testing(job)\n", JobKwargs())
    assert [each.confidence for each in done.outcomes["jobs/example.py"].changes] == ["likely", "certain"]


@NEEDS_3_2
def test_the_parameters_are_those_of_nautobot():
    from inspect import signature

    from nautobot.apps.testing import run_job_for_testing
    from nautobot.extras.models import JobResult, ScheduledJob
    from nautobot_dev_tools.migrate.transformations.job_kwargs import _HELPER_OWN, _METHODS

    extra = {"job_kwargs", "extra_kwargs", "job_args"}
    assert set(signature(run_job_for_testing).parameters) - extra == _HELPER_OWN
    assert set(signature(JobResult.enqueue_job).parameters) - extra == _METHODS["JobResult.enqueue_job"]
    own = _METHODS["ScheduledJob.create_schedule"]
    assert set(signature(ScheduledJob.create_schedule).parameters) - extra <= own
