"""EXTRAS-SCHEDULE-004: which schedules are overdue."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.audits.checks.automation import OverdueSchedule


@pytest.fixture
def at(make_job, make_schedule):
    """A function that makes a schedule that began ten days ago, an hour before now, and ran last so many hours ago."""
    job = make_job("Audit")

    def run(interval="daily", ran=None, **values):
        now = timezone.now()
        last = None if ran is None else now - timedelta(hours=ran)
        start = now - timedelta(days=10, hours=1)
        return make_schedule(job, **{"interval": interval, "start_time": start, "last_run_at": last, **values})

    return run


@pytest.mark.parametrize(("interval", "ran"), [("daily", 25), ("hourly", 3), ("weekly", 24 * 10), ("daily", None)])
def test_overdue(ask, at, interval, ran):
    at(interval, ran)
    (finding,) = ask(OverdueSchedule())
    assert (finding.details["last run"] == "never") == (ran is None)


@pytest.mark.parametrize(("interval", "ran"), [("daily", 1), ("hourly", 0.1), ("weekly", 24 * 3)])
def test_in_time(found, at, interval, ran):
    at(interval, ran)
    assert found(OverdueSchedule()) == []


def test_crontab(found, at):
    at("custom", 2, crontab="*/30 * * * *")
    assert found(OverdueSchedule()) == ["schedule"]
    assert found(OverdueSchedule(minutes=600)) == []


def test_once(found, at, lab):
    schedule = at("future")
    assert found(OverdueSchedule()) == ["schedule"]
    lab.force(schedule, total_run_count=1)
    assert found(OverdueSchedule()) == []


def test_not_yet_disabled_or_waiting_for_approval(found, at, lab):
    schedule = at("future", start_time=timezone.now() + timedelta(days=1))
    assert found(OverdueSchedule()) == []
    lab.force(schedule, start_time=timezone.now() - timedelta(days=1))
    assert found(OverdueSchedule()) == ["schedule"]
    waiting = {"state": "pending"} if hasattr(schedule, "state") else {"approval_required": True}
    lab.force(schedule, **waiting)
    assert found(OverdueSchedule()) == []
    lab.force(schedule, enabled=False)
    assert found(OverdueSchedule()) == []
