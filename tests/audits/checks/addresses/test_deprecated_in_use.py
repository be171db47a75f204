"""IPAM-ADDRESS-014: which deprecated addresses are in use."""

import pytest

from jobs.audits.checks.addresses import DeprecatedAddressInUse


@pytest.fixture
def switch(lab):
    lab.prefix("10.0.1.0/24")
    return lab.device("switch", lab.device_type("Switch", management=1))


def test_assigned(lab, ask, switch):
    lab.host("10.0.1.1/24", switch.interfaces.get(), status="Deprecated")
    (finding,) = ask(DeprecatedAddressInUse())
    assert finding.display == "10.0.1.1/24"
    assert finding.details == {"interfaces": "switch mgmt 1"}


def test_unassigned(lab, found, switch):
    lab.host("10.0.1.1/24", status="Deprecated")
    assert found(DeprecatedAddressInUse()) == []


def test_active(lab, found, switch):
    lab.host("10.0.1.1/24", switch.interfaces.get())
    assert found(DeprecatedAddressInUse()) == []


def test_primary_is_another_check(lab, found, switch):
    switch.primary_ip4 = lab.host("10.0.1.1/24", switch.interfaces.get(), status="Deprecated")
    switch.validated_save()
    assert found(DeprecatedAddressInUse()) == []


def test_other_statuses(lab, found, switch):
    lab.host("10.0.1.1/24", switch.interfaces.get(), status="Reserved")
    assert found(DeprecatedAddressInUse(statuses=("Reserved",))) == ["10.0.1.1/24"]
