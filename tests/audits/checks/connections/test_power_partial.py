"""DCIM-POWER-002: which devices run on fewer supplies than they have."""

import pytest

from jobs.audits.checks.connections import PowerSupplies


@pytest.fixture
def switch(lab):
    return lab.device("switch", lab.device_type("Switch", power=2))


@pytest.fixture
def pdu(lab):
    return lab.pdu("pdu", lab.feed("A1", lab.panel()))


def test_one_of_two(lab, ask, switch, pdu):
    lab.plug(switch.power_ports.get(name="PSU 1"), pdu)
    (finding,) = ask(PowerSupplies())
    assert "1 of 2" in finding.message
    assert finding.details == {"not connected": "PSU 2"}


def test_both(lab, found, switch, pdu):
    for outlet, port in zip("12", switch.power_ports.all(), strict=True):
        lab.plug(port, pdu, outlet)
    assert found(PowerSupplies()) == []


def test_missing_cable_paths_are_not_missing_cables(lab, found, switch, pdu):
    from nautobot.dcim.models import CablePath

    for outlet, port in zip("12", switch.power_ports.all(), strict=True):
        lab.plug(port, pdu, outlet)
    CablePath.objects.all().delete()
    assert found(PowerSupplies()) == []


def test_one_of_two_planned(lab, found, switch, pdu):
    lab.plug(switch.power_ports.first(), pdu, "1")
    lab.plug(switch.power_ports.last(), pdu, "2", status="Planned")
    assert found(PowerSupplies()) == ["switch"]


def test_none_is_another_check(found, switch):
    assert found(PowerSupplies()) == []


def test_a_device_with_one_supply_needs_one(lab, found, pdu):
    small = lab.device("small", lab.device_type("Small", power=1))
    lab.plug(small.power_ports.get(), pdu)
    assert found(PowerSupplies()) == []


def test_four_supplies_are_four(lab, found, pdu):
    big = lab.device("big", lab.device_type("Big", power=4))
    ports = list(big.power_ports.all())
    for outlet, port in zip("123", ports, strict=False):
        lab.plug(port, pdu, outlet)
    assert found(PowerSupplies()) == ["big"]
    lab.plug(ports[3], pdu, "4")
    assert found(PowerSupplies()) == []


def test_port_missing_although_the_type_has_it(lab, ask, switch, pdu):
    switch.power_ports.get(name="PSU 2").delete()
    lab.plug(switch.power_ports.get(), pdu)
    (finding,) = ask(PowerSupplies())
    assert finding.details == {"ports missing in Nautobot": "1"}


def test_renamed_ports_are_not_missing(lab, found, switch, pdu):
    for outlet, port in zip("12", switch.power_ports.all(), strict=True):
        port.name = f"Supply {outlet}"
        port.validated_save()
        lab.plug(port, pdu, outlet)
    assert found(PowerSupplies()) == []


def test_supplies_on_modules(lab, ask, pdu):
    chassis = lab.device("chassis", lab.device_type("Chassis", bays=2))
    supply = lab.module_type("Supply", power=1)
    for bay in ("Bay 1", "Bay 2"):
        lab.module(chassis, supply, bay)
    lab.plug(chassis.all_power_ports.get(name="1/PSU 1"), pdu)
    (finding,) = ask(PowerSupplies())
    assert finding.details == {"not connected": "2/PSU 1"}


def test_missing_on_one_of_two_equal_modules(lab, ask, pdu):
    chassis = lab.device("chassis", lab.device_type("Chassis", bays=2))
    supply = lab.module_type("Supply", power=1)
    for bay in ("Bay 1", "Bay 2"):
        lab.module(chassis, supply, bay)
    chassis.all_power_ports.get(name="2/PSU 1").delete()
    lab.plug(chassis.all_power_ports.get(), pdu)
    (finding,) = ask(PowerSupplies())
    assert "1 of 2" in finding.message
