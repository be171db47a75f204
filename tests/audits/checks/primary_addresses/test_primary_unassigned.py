"""DCIM-PRIMARY-003: which devices have a primary address that is on no interface."""

import pytest

from jobs.audits.checks.primary_addresses import PrimaryAddressUnassigned


@pytest.fixture
def switch(lab):
    return lab.device("switch", lab.device_type("Switch", management=1))


def test_assigned_to_nothing(lab, ask, switch):
    lab.address("192.0.2.1/24", switch.interfaces.get())
    lab.force(switch, primary_ip4=lab.address("192.0.2.2/24"))
    (finding,) = ask(PrimaryAddressUnassigned())
    assert finding.details == {"address": "192.0.2.2/24", "candidates": "192.0.2.1/24 on mgmt 1"}


def test_candidates_are_of_the_same_family(lab, ask, switch):
    lab.address("192.0.2.1/24", switch.interfaces.get())
    lab.force(switch, primary_ip6=lab.address("2001:db8::2/64"))
    (finding,) = ask(PrimaryAddressUnassigned())
    assert finding.details == {"address": "2001:db8::2/64"}


def test_own(lab, found, switch):
    switch.primary_ip4 = lab.address("192.0.2.1/24", switch.interfaces.get())
    switch.validated_save()
    assert found(PrimaryAddressUnassigned()) == []


def test_of_another_device_is_another_check(lab, found, switch):
    other = lab.device("other", switch.device_type)
    lab.force(switch, primary_ip4=lab.address("192.0.2.1/24", other.interfaces.get()))
    assert found(PrimaryAddressUnassigned()) == []


def test_outside_address_of_nat(lab, found, switch):
    inside = lab.address("192.0.2.1/24", switch.interfaces.get())
    lab.force(switch, primary_ip4=lab.address("192.0.2.2/24", nat_inside=inside))
    assert found(PrimaryAddressUnassigned()) == []


def test_outside_address_of_an_unassigned_one(lab, found, switch):
    inside = lab.address("192.0.2.1/24")
    lab.force(switch, primary_ip4=lab.address("192.0.2.2/24", nat_inside=inside))
    assert found(PrimaryAddressUnassigned()) == ["switch"]


def test_no_primary_address_at_all(found, switch):
    assert found(PrimaryAddressUnassigned()) == []
