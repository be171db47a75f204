"""DCIM-DEVICE-017: which children are elsewhere than their parents."""

import pytest

from jobs.audits.checks.devices import BayElsewhere


@pytest.fixture
def blade(lab):
    return lab.device("blade", lab.device_type("Blade"))


def test_same_place(lab, found, switch, bay, blade):
    rack = lab.rack()
    bay(switch("enclosure", rack=rack), blade)
    assert found(BayElsewhere()) == []
    lab.force(blade, rack=rack)
    assert found(BayElsewhere()) == []


def test_other_location(lab, ask, switch, bay, blade):
    bay(switch("enclosure", location=lab.location("LON01")), blade)
    (finding,) = ask(BayElsewhere())
    assert finding.display == "blade"
    assert finding.details == {"parent": "enclosure", "location of the parent": "LON01"}
    assert "location" in finding.message


def test_other_rack(lab, ask, switch, bay, blade):
    bay(switch("enclosure", rack=lab.rack("R1")), blade)
    lab.force(blade, rack=lab.rack("R2"))
    (finding,) = ask(BayElsewhere())
    assert finding.details["rack of the parent"] == "R1"
    assert "rack" in finding.message


def test_in_no_bay(lab, found, switch):
    switch("a", location=lab.location("LON01"))
    assert found(BayElsewhere()) == []


def test_parent_that_the_user_may_not_view(lab, ask, switch, bay, blade, limited):
    bay(switch("enclosure", location=lab.location("LON01")), blade)
    (finding,) = ask(BayElsewhere(), limited("blade"))
    assert finding.details == {}
