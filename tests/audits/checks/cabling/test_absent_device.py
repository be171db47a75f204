"""DCIM-CABLE-008: which connected cables are at devices that are not there."""

import pytest

from jobs.audits.checks.cabling import CableAtAbsentDevice


@pytest.mark.parametrize("status", ["Planned", "Inventory"])
def test_device(ask, lab, cabling, link, status):
    lab.force(cabling.devices["b"], status=lab.status(status))
    (finding,) = ask(CableAtAbsentDevice())
    assert finding.pk == str(link.pk)
    assert finding.details == {"A end": "a eth1", "B end": f"b eth1 ({status})"}


def test_interface(ask, lab, cabling):
    lab.cable(cabling.port("a", status=lab.status("Planned")), cabling.port("b"))
    (finding,) = ask(CableAtAbsentDevice())
    assert finding.details == {"A end": "a eth1 (Planned)", "B end": "b eth1"}


@pytest.mark.parametrize("status", ["Active", "Staged", "Offline", "Failed", "Decommissioning"])
def test_device_that_is_there(ask, lab, cabling, link, status):
    lab.force(cabling.devices["b"], status=lab.status(status))
    assert ask(CableAtAbsentDevice()) == []
    assert len(ask(CableAtAbsentDevice(statuses=(status,)))) == 1


def test_planned_cable(ask, lab, cabling, link):
    lab.force(cabling.devices["b"], status=lab.status("Planned"))
    lab.force(link, status=lab.status("Planned"))
    assert ask(CableAtAbsentDevice()) == []


def test_names_of_what_the_user_may_not_view_are_left_out(ask, lab, cabling, link, make_user):
    lab.force(cabling.devices["b"], status=lab.status("Planned"))
    user = make_user("limited", {"dcim.view_cable": None, "dcim.view_device": {"name": "a"}})
    (finding,) = ask(CableAtAbsentDevice(), user)
    assert finding.details == {"A end": "a eth1"}
