"""EXTRAS-JOB-002: which Jobs were never run."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.audits.checks.automation import NeverRunJob


@pytest.fixture
def known(lab, make_job):
    """A function that makes a Job known for so many days."""

    def run(name="Job", days=91, **values):
        job = make_job(name, **values)
        lab.force(job, created=timezone.now() - timedelta(days=days))
        return job

    return run


def test_never_run(found, known):
    known("Old")
    known("New", days=89)
    known("Disabled", enabled=False)
    known("Missing", installed=False)
    known("Shipped", module_name="nautobot.core.jobs")
    assert found(NeverRunJob()) == ["Old"]
    assert found(NeverRunJob(days=80)) == ["New", "Old"]


def test_was_run(found, known, make_run):
    make_run(known(), "FAILURE")
    assert found(NeverRunJob()) == []


def test_is_scheduled(found, known, make_schedule):
    make_schedule(known())
    assert found(NeverRunJob()) == []


def test_has_a_button_or_a_hook(found, known):
    from nautobot.extras.models import JobButton, JobHook

    JobButton.objects.bulk_create([JobButton(name="button", text="button", job=known("Button"))])
    JobHook.objects.bulk_create([JobHook(name="hook", job=known("Hook"))])
    assert found(NeverRunJob()) == []
