"""EXTRAS-SCHEDULE-002: which schedules cannot run."""

import pytest
from django.utils import timezone

from jobs.audits.checks.hygiene import DeadSchedule


@pytest.fixture
def make_schedule(superuser):
    from nautobot.extras.models import ScheduledJob

    def run(job, **values):
        fields = {"interval": "daily", "start_time": timezone.now(), "user": superuser, **values}
        ScheduledJob.objects.bulk_create([ScheduledJob(name="schedule", task="tests.Audit", job_model=job, **fields)])

    return run


@pytest.fixture
def keys(ask):
    return lambda: [finding.key for finding in ask(DeadSchedule())]


def test_can_run(keys, make_job, make_schedule):
    make_schedule(make_job("Audit"))
    assert keys() == []


@pytest.mark.parametrize("values", [{"enabled": False}, {"installed": False}])
def test_job_cannot_run(ask, make_job, make_schedule, values):
    make_schedule(make_job("Audit", **values))
    (finding,) = ask(DeadSchedule())
    assert (finding.key, finding.details) == ("job", {"job": "Audit"})


def test_job_is_deleted(keys, make_schedule):
    make_schedule(None)
    assert keys() == ["job"]


def test_user_is_deleted(keys, make_job, make_schedule):
    make_schedule(make_job("Audit"), user=None)
    assert keys() == ["user"]


def test_user_is_inactive(lab, keys, make_user, make_job, make_schedule):
    user = make_user("gone")
    lab.force(user, is_active=False)
    make_schedule(make_job("Audit", enabled=False), user=user)
    assert keys() == ["job", "user"]


def test_disabled(keys, make_schedule):
    make_schedule(None, enabled=False)
    assert keys() == []
