"""States and starts of Jobs as of 1.x."""

import pytest
from migrating import after, assert_becomes, assert_untouched
from nautobot_dev_tools.migrate.transformations.job_results import _STATES, JobResults


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("x = JobResultStatusChoices.STATUS_COMPLETED", "x = JobResultStatusChoices.STATUS_SUCCESS"),
        ("x = choices.JobResultStatusChoices.STATUS_RUNNING", "x = choices.JobResultStatusChoices.STATUS_STARTED"),
    ],
)
def test_becomes(before, expected):
    assert_becomes(before + "\n", expected + "\n", JobResults())


@pytest.mark.parametrize(
    "code",
    [
        "x = JobResultStatusChoices.STATUS_SUCCESS",
        "x = Other.STATUS_COMPLETED",
        "JobResult.enqueue_job(job, user, job_kwargs={})",
        "JobResult.enqueue_job(job_model=job, user=user, name=x)",
        "mine.enqueue_job(run_job)",
    ],
)
def test_stays(code):
    assert_untouched(code + "\n", JobResults())


@pytest.mark.parametrize(
    "code",
    [
        "JobResult.enqueue_job(run_job, job.class_path, get_job_content_type(), user, data=x, commit=True)",
        "JobResult.enqueue_job(func=run_job, name=x, obj_type=y, user=z)",
    ],
)
def test_is_left_to_a_person(code):
    assert "enqueue_job() takes the Job's record" in after(code + "\n", JobResults())


def test_new_states_are_those_of_nautobot():
    from nautobot.extras.choices import JobResultStatusChoices

    assert all(
        hasattr(JobResultStatusChoices, new) and not hasattr(JobResultStatusChoices, old)
        for old, new in _STATES.items()
    )
