"""EXTRAS-SCHEDULE-003: which schedules' runs fail."""

import pytest

from jobs.audits.checks.automation import FailingSchedule


@pytest.fixture
def nightly(make_job, make_schedule):
    """A function that makes a schedule with runs that ended so, the last one first."""

    def run(make_run, *statuses, **values):
        job = make_job("Backup")
        schedule = make_schedule(job, name="nightly", **values)
        for age, status in enumerate(statuses, 1):
            make_run(job, status, age=age, scheduled_job=schedule)
        return job

    return run


def test_fails(ask, nightly, make_run):
    nightly(make_run, "FAILURE", "FAILURE", "SUCCESS", "FAILURE")
    (finding,) = ask(FailingSchedule())
    assert (finding.display, "2 times" in finding.message) == ("nightly", True)


def test_failed_once(found, nightly, make_run):
    nightly(make_run, "FAILURE", "SUCCESS")
    assert found(FailingSchedule()) == []
    assert found(FailingSchedule(runs=1)) == ["nightly"]


def test_succeeded_since(found, nightly, make_run):
    nightly(make_run, "SUCCESS", "FAILURE", "FAILURE", "FAILURE")
    assert found(FailingSchedule()) == []


def test_disabled(found, nightly, make_run):
    nightly(make_run, "FAILURE", "FAILURE", enabled=False)
    assert found(FailingSchedule()) == []


def test_failures_by_hand_are_another_check(found, nightly, make_run):
    job = nightly(make_run, "SUCCESS")
    for _ in range(5):
        make_run(job, "FAILURE", age=0.1)
    assert found(FailingSchedule()) == []
