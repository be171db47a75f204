"""EXTRAS-JOBHOOK-002: which job hooks are of a Job that cannot run."""

import pytest

from jobs.audits.checks.hygiene import DeadJobHook


@pytest.fixture
def make_one(make_job):
    from nautobot.extras.models import JobHook

    def run(*, enabled=True, **values):
        JobHook.objects.bulk_create([JobHook(name="one", job=make_job("Receiver", **values), enabled=enabled)])

    return run


@pytest.mark.parametrize("values", [{"enabled": False}, {"installed": False}])
def test_cannot_run(ask, make_user, make_job, values):
    from nautobot.extras.models import JobHook

    JobHook.objects.bulk_create([JobHook(name="one", job=make_job("Receiver", **values))])
    (finding,) = ask(DeadJobHook())
    assert (finding.display, finding.details) == ("one", {"job": "Receiver"})
    (finding,) = ask(DeadJobHook(), make_user("limited"))
    assert finding.details == {}


def test_can_run(found, make_one):
    make_one()
    assert found(DeadJobHook()) == []


def test_disabled_itself(found, make_one):
    make_one(enabled=False, installed=False)
    assert found(DeadJobHook()) == []
