"""DCIM-POWER-013: which outlets in use have no power."""

import pytest

from jobs.audits.checks.power import OutletDead


@pytest.mark.parametrize("told", [True, False])
def test_inlet(lab, ask, load, feed, told):
    load("a", 100, lab.pdu("live", feed("A"), told=told))
    dead = lab.pdu("dead", told=told)
    load("b", 100, dead, "1")
    load("c", 100, dead, "3")
    (finding,) = ask(OutletDead())
    assert (finding.display, finding.details) == ("dead", {"outlets": "1, 3"})


def test_not_in_use(lab, found, load):
    load("a", 100, lab.pdu("planned"), status="Planned")
    lab.pdu("unused")
    assert found(OutletDead()) == []


def test_planned_cable_to_the_inlet(lab, found, load, feed):
    pdu = lab.pdu("pdu")
    lab.cable(pdu.power_ports.get(), feed("A"), "Planned")
    load("a", 100, pdu)
    assert found(OutletDead()) == ["pdu"]


def test_behind_another_pdu(lab, found, load, feed):
    first, second = lab.pdu("first", feed("A")), lab.pdu("second")
    lab.plug(second.power_ports.get(), first)
    load("a", 100, second)
    assert found(OutletDead()) == []


def test_one_of_two_inlets(lab, ask, load, feed):
    from nautobot.dcim.models import PowerPort

    pdu = lab.pdu("pdu", feed("A"))
    other = PowerPort(device=pdu, name="Inlet 2")
    other.validated_save()
    pdu.power_outlets.filter(name__in=("2", "3")).update(power_port=other)
    load("a", 100, pdu, "1")
    load("b", 100, pdu, "2")
    (finding,) = ask(OutletDead())
    assert finding.details == {"outlets": "2"}
    pdu.power_outlets.update(power_port=None)
    assert ask(OutletDead()) == []


def test_without_inlet(lab, found, load):
    generator = lab.pdu("generator")
    generator.power_ports.all().delete()
    load("a", 100, generator)
    assert found(OutletDead()) == []
