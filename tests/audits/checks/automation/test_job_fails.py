"""EXTRAS-JOB-001: which Jobs fail each time."""

import pytest

from jobs.audits.checks.automation import FailingJob


@pytest.fixture
def job(make_job):
    return make_job("Collect")


def test_fails_since_its_last_success(ask, job, make_run):
    make_run(job, age=9)
    for age in (8, 5, 1):
        make_run(job, "FAILURE", age=age)
    (finding,) = ask(FailingJob())
    assert (finding.display, "3 times" in finding.message) == ("Collect", True)
    assert finding.details["last success"] != "never"


def test_never_succeeded(ask, job, make_run):
    for _ in range(3):
        make_run(job, "FAILURE")
    assert ask(FailingJob())[0].details["last success"] == "never"


def test_has_succeeded_since(found, job, make_run):
    for age in (5, 4, 3):
        make_run(job, "FAILURE", age=age)
    make_run(job, age=1)
    assert found(FailingJob()) == []


def test_seldom_or_long_ago(found, job, make_run):
    for _ in range(2):
        make_run(job, "FAILURE", age=2)
    assert found(FailingJob()) == []
    assert found(FailingJob(runs=2)) == ["Collect"]
    assert found(FailingJob(runs=2, days=1)) == []


def test_runs_of_schedules_are_another_check(found, job, make_run, make_schedule):
    for _ in range(3):
        make_run(job, "FAILURE", scheduled_job=make_schedule(job, name=str(_)))
    assert found(FailingJob()) == []


@pytest.mark.parametrize("values", [{"enabled": False}, {"installed": False}])
def test_cannot_run_anyhow(found, make_job, make_run, values):
    job = make_job("Off", **values)
    for _ in range(3):
        make_run(job, "FAILURE")
    assert found(FailingJob()) == []
