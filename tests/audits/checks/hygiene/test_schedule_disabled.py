"""EXTRAS-SCHEDULE-001: which schedules are disabled."""

import pytest
from django.utils import timezone

from jobs.audits.checks.hygiene import DisabledSchedule


@pytest.mark.parametrize(
    ("interval", "enabled", "expected"),
    [("daily", False, ["schedule"]), ("custom", False, ["schedule"]), ("daily", True, []), ("future", False, [])],
)
def test_disabled(found, superuser, make_job, interval, enabled, expected):
    from nautobot.extras.models import ScheduledJob

    schedule = ScheduledJob(
        name="schedule",
        task="tests.Audit",
        job_model=make_job("Audit"),
        interval=interval,
        enabled=enabled,
        start_time=timezone.now(),
        user=superuser,
    )
    ScheduledJob.objects.bulk_create([schedule])
    assert found(DisabledSchedule()) == expected
