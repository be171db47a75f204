"""DCIM-DEVICE-009: which plans are stale."""

from datetime import timedelta

import pytest

from jobs.audits.checks.devices import StalePlan


@pytest.fixture
def planned(lab, switch):
    """A function that makes a device that was last changed some days ago."""
    from django.utils import timezone

    def make(name, days, status="Planned"):
        lab.force(switch(name, status=lab.status(status)), last_updated=timezone.now() - timedelta(days=days))

    return make


def test_days(found, planned):
    planned("old", 91)
    planned("new", 89)
    assert found(StalePlan()) == ["old"]
    assert found(StalePlan(days=80)) == ["new", "old"]


def test_status(found, planned):
    planned("active", 500, "Active")
    planned("staged", 500, "Staged")
    planned("stock", 500, "Inventory")
    assert found(StalePlan()) == ["staged"]
    assert found(StalePlan(statuses=("Inventory",))) == ["stock"]


def test_details(ask, planned):
    from django.utils import timezone

    planned("old", 100)
    (finding,) = ask(StalePlan())
    date = (timezone.now() - timedelta(days=100)).date().isoformat()
    assert finding.details == {"status": "Planned", "last changed": date}
