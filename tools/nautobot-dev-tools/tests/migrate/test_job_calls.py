"""run_job_for_testing(job, data=..., commit=...) and job.run(data=..., commit=...) pass the variables."""

import pytest
from migrating import EXAMPLE, assert_becomes, assert_untouched, migrated
from nautobot_dev_tools.migrate.transformations.job_calls import JobCalls


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ('run_job_for_testing(job, data={"a": 1, "b": x}, commit=True)', "run_job_for_testing(job, a=1, b=x)"),
        ("run_job_for_testing(job, data=data, commit=False)", "run_job_for_testing(job, **data, dryrun=True)"),
        ("run_job_for_testing(job, data=None, commit=commit)", "run_job_for_testing(job, dryrun=not (commit))"),
        ("run_job_for_testing(job=job, commit=True)", "run_job_for_testing(job=job)"),
        ("testing.run_job_for_testing(job, data=dict(a=1), commit=True)", "testing.run_job_for_testing(job, a=1)"),
        (
            "run_job_for_testing(\n    job,\n    data={'a': 1},\n    username='me',\n    commit=True,\n)",
            "run_job_for_testing(\n    job,\n    a=1,\n    username='me',\n)",
        ),
        (
            "create_job_result_and_run_job('m', 'N', data={'a': 1}, commit=True)",
            "create_job_result_and_run_job('m', 'N', a=1)",
        ),
        ("Example().run(data={'a': 1}, commit=True)", "Example().run(a=1)"),
        ("job.run(data, commit=False)", "job.run(**data, dryrun=True)"),
        ("job.run(data={}, commit=True)  # all", "job.run()  # all"),
    ],
)
def test_becomes(before, expected):
    assert_becomes(before + "\n", expected + "\n", JobCalls())


def test_keys_that_are_no_names_are_left_to_a_person():
    outcome = migrated("run_job_for_testing(job, data={key: 1}, commit=True)\n", JobCalls()).outcomes[EXAMPLE]
    assert len(outcome.todos) == 1
    assert not outcome.changes


@pytest.mark.parametrize(
    "code",
    [
        "run_job_for_testing(job, a=1, commit_hash=2)",
        "repository.run(data={}, commit=True, branch='x')",
        "subprocess.run(['git', 'commit'])",
        "job.run(a=1)  # commit",
        "session.commit()",
        "repository.run(commit=True)",
        "repository.run(branch=1, commit=True)",
        "repository.run('x', commit=True)",
        "run(data, commit=True)",
        "repository.run(*arguments, commit=True)",
        "run_job_for_testing(job)  # commit",
    ],
)
def test_stays(code):
    assert_untouched(code + "\n", JobCalls())
