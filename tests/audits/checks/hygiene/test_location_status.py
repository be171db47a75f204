"""DCIM-LOCATION-002: which locations that are not in use have active devices."""

import pytest

from jobs.audits.checks.hygiene import LocationNotInUse


@pytest.mark.parametrize("status", ["Planned", "Staging", "Retired"])
def test_not_in_use(ask, lab, switch, status):
    lab.device("other", switch.device_type)
    lab.force(lab.site, status=lab.status(status))
    (finding,) = ask(LocationNotInUse())
    assert (finding.display, finding.location, finding.details) == ("AMS01", "EMEA / AMS01", {"devices": "2"})


def test_in_use(found, lab, switch):
    assert found(LocationNotInUse()) == []


def test_being_decommissioned(found, lab, switch):
    lab.force(lab.site, status=lab.status("Decommissioning"))
    assert found(LocationNotInUse()) == []
    assert found(LocationNotInUse(statuses=("Decommissioning",))) == ["AMS01"]


def test_planned_devices(found, lab, switch):
    lab.force(lab.site, status=lab.status("Planned"))
    lab.force(switch, status=lab.status("Planned"))
    assert found(LocationNotInUse()) == []
