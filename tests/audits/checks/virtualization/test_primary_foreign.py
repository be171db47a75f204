"""VIRTUALIZATION-VM-004: which virtual machines have a primary address that is not their own."""

import pytest

from jobs.audits.checks.virtualization import MachinePrimaryForeign


@pytest.fixture
def machine(lab):
    return lab.machine("vm", "eth0")


def test_of_another(lab, ask, machine):
    own = lab.address("192.0.2.1/24", machine.interfaces.get())
    other = lab.machine("other", "eth0")
    lab.force(machine, primary_ip4=lab.address("192.0.2.2/24", other.interfaces.get()))
    (finding,) = ask(MachinePrimaryForeign())
    assert (finding.pk, finding.key) == (str(machine.pk), "primary_ip4")
    assert finding.details == {"address": "192.0.2.2/24", "candidates": "192.0.2.1/24 on eth0"}
    assert own


def test_on_no_interface(lab, found, machine):
    lab.force(machine, primary_ip4=lab.address("192.0.2.1/24"))
    assert found(MachinePrimaryForeign()) == ["vm"]


def test_one_finding_for_each_family(lab, ask, machine):
    lab.force(machine, primary_ip4=lab.address("192.0.2.1/24"), primary_ip6=lab.address("2001:db8::1/64"))
    assert [finding.key for finding in ask(MachinePrimaryForeign())] == ["primary_ip4", "primary_ip6"]


def test_own(lab, found, machine):
    machine.primary_ip4 = lab.address("192.0.2.1/24", machine.interfaces.get())
    machine.primary_ip6 = lab.address("2001:db8::1/64", machine.interfaces.get())
    machine.validated_save()
    assert found(MachinePrimaryForeign()) == []


def test_own_and_of_another(lab, found, machine):
    address = lab.address("192.0.2.1/24", machine.interfaces.get())
    lab.assign(address, lab.machine("other", "eth0").interfaces.get())
    lab.force(machine, primary_ip4=address)
    assert found(MachinePrimaryForeign()) == []


def test_outside_address_of_nat(lab, found, machine):
    inside = lab.address("192.0.2.1/24", machine.interfaces.get())
    machine.primary_ip4 = lab.address("192.0.2.2/24", nat_inside=inside)
    machine.validated_save()
    assert found(MachinePrimaryForeign()) == []


def test_without(found, machine):
    assert found(MachinePrimaryForeign()) == []


def test_addresses_that_the_user_may_not_view_are_not_named(lab, ask, make_user, machine):
    lab.force(machine, primary_ip4=lab.address("192.0.2.1/24"))
    (finding,) = ask(MachinePrimaryForeign(), make_user("limited", {"virtualization.view_virtualmachine": None}))
    assert finding.details == {}
