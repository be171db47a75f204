"""DCIM-POWER-001: which devices have no power connection at all."""

import pytest

from jobs.audits.checks.connections import PowerConnection


@pytest.fixture
def switch(lab):
    return lab.device("switch", lab.device_type("Switch", power=2))


@pytest.fixture
def pdu(lab):
    return lab.pdu("pdu", lab.feed("A1", lab.panel()))


def test_nothing_plugged_in(ask, switch):
    (finding,) = ask(PowerConnection())
    assert finding.pk == str(switch.pk)
    assert finding.details == {"ports": "PSU 1, PSU 2"}
    assert "None of 2" in finding.message


def test_one_supply_is_another_check(lab, found, switch, pdu):
    lab.plug(switch.power_ports.first(), pdu)
    assert found(PowerConnection()) == []


def test_directly_on_a_feed(lab, found, switch):
    lab.cable(switch.power_ports.first(), lab.feed("A2", lab.panel()))
    assert found(PowerConnection()) == []


@pytest.mark.parametrize("status", ["Planned", "Decommissioning"])
def test_cable_that_is_not_in_place(lab, found, switch, pdu, status):
    lab.plug(switch.power_ports.first(), pdu, status=status)
    assert found(PowerConnection()) == ["switch"]


def test_ports_missing_although_the_type_has_them(ask, switch):
    switch.power_ports.all().delete()
    (finding,) = ask(PowerConnection())
    assert "no power port" in finding.message
    assert "says 2" in finding.message


def test_passive_device(lab, found):
    lab.device("panel", lab.device_type("Patch panel"))
    assert found(PowerConnection()) == []


def test_pdu_without_feed(lab, found):
    lab.pdu("pdu")
    assert found(PowerConnection()) == ["pdu"]


def test_supplies_on_modules(lab, ask, found, pdu):
    chassis = lab.device("chassis", lab.device_type("Chassis", bays=2))
    supply = lab.module_type("Supply", power=1)
    for bay in ("Bay 1", "Bay 2"):
        lab.module(chassis, supply, bay)
    (finding,) = ask(PowerConnection())
    assert finding.details == {"ports": "1/PSU 1, 2/PSU 1"}
    lab.plug(chassis.all_power_ports.first(), pdu)
    assert found(PowerConnection()) == []


def test_each_member_of_a_stack_needs_its_own(lab, found, switch, pdu):
    member = lab.device("member", switch.device_type)
    lab.stack(switch, member)
    lab.plug(switch.power_ports.first(), pdu)
    assert found(PowerConnection()) == ["member"]
