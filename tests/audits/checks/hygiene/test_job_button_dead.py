"""EXTRAS-JOBBUTTON-002: which job buttons are of a Job that cannot run."""

import pytest

from jobs.audits.checks.hygiene import DeadJobButton


@pytest.fixture
def make_one(make_job):
    from nautobot.extras.models import JobButton

    def run(*, enabled=True, **values):
        JobButton.objects.bulk_create([JobButton(name="one", job=make_job("Receiver", **values), enabled=enabled)])

    return run


@pytest.mark.parametrize("values", [{"enabled": False}, {"installed": False}])
def test_cannot_run(ask, make_user, make_job, values):
    from nautobot.extras.models import JobButton

    JobButton.objects.bulk_create([JobButton(name="one", job=make_job("Receiver", **values))])
    (finding,) = ask(DeadJobButton())
    assert (finding.display, finding.details) == ("one", {"job": "Receiver"})
    (finding,) = ask(DeadJobButton(), make_user("limited"))
    assert finding.details == {}


def test_can_run(found, make_one):
    make_one()
    assert found(DeadJobButton()) == []


def test_disabled_itself(found, make_one):
    make_one(enabled=False, installed=False)
    assert found(DeadJobButton()) == []
