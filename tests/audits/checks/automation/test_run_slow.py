"""EXTRAS-RUN-003: which runs were slower than usual."""

import pytest

from jobs.audits.checks.automation import SlowRun


@pytest.fixture
def took(make_job, make_run, make_schedule):
    """A function that makes runs that took so many minutes, the last one first."""

    def run(*minutes, name="Audit", scheduled=False, age=1):
        job = make_job(name)
        schedule = make_schedule(job, name=name) if scheduled else None
        for day, each in enumerate(minutes):
            make_run(job, age=age + day, minutes=each, scheduled_job=schedule)
        return job

    return run


@pytest.mark.parametrize("scheduled", [False, True])
def test_slow(ask, took, scheduled):
    took(40, 10, 10, 10, 10, 10, scheduled=scheduled)
    (finding,) = ask(SlowRun())
    assert finding.details["took"] == "0:40:00"
    assert finding.details["usual"] == "0:10:00, of 5 runs"


def test_as_ever(found, took):
    took(29, 10, 10, 10, 10, 10)
    assert found(SlowRun()) == []
    assert found(SlowRun(factor=2)) == ["Audit"]


def test_slow_once_but_not_the_last_time(found, took):
    took(10, 40, 10, 10, 10, 10, 10)
    assert found(SlowRun()) == []


def test_too_few_runs_or_too_short(found, took):
    took(40, 10, 10, 10, 10)
    took(0.9, 0.1, 0.1, 0.1, 0.1, 0.1, name="Short")
    assert found(SlowRun()) == []
    assert found(SlowRun(least=4)) == ["Audit"]
    assert found(SlowRun(seconds=30)) == ["Short"]


def test_only_the_runs_before_count(ask, took):
    took(40, 10, 10, 100, 100, 100)
    assert ask(SlowRun()) == []
    (finding,) = ask(SlowRun(history=2, least=2))
    assert finding.details["usual"] == "0:10:00, of 2 runs"


def test_runs_of_a_schedule_are_compared_among_themselves(found, took, make_run):
    job = took(10, 10, 10, 10, 10, scheduled=True)
    make_run(job, age=0.5, minutes=60)
    assert found(SlowRun()) == []


def test_failures_and_old_runs_do_not_count(found, took, make_run):
    job = took(10, 10, 10, 10, 10, age=91)
    make_run(job, minutes=60)
    assert found(SlowRun()) == []
    assert found(SlowRun(days=200)) == ["Audit"]
    make_run(job, "FAILURE", age=0.1, minutes=60)
    assert found(SlowRun(days=200)) == ["Audit"]
