"""DCIM-LOCATION-003: which active locations are in one that is not in use."""

import pytest

from jobs.audits.checks.hygiene import LocationInUnused


@pytest.mark.parametrize("status", ["Planned", "Retired"])
def test_in_one_that_is_not_in_use(found, lab, status):
    lab.force(lab.region, status=lab.status(status))
    assert found(LocationInUnused()) == ["AMS01"]


def test_both_active(found, lab):
    assert found(LocationInUnused()) == []


def test_planned_in_an_active_one(found, lab):
    lab.force(lab.site, status=lab.status("Planned"))
    assert found(LocationInUnused()) == []


def test_in_one_that_is_being_decommissioned(found, lab):
    lab.force(lab.region, status=lab.status("Decommissioning"))
    assert found(LocationInUnused()) == []
