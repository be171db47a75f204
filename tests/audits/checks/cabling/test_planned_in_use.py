"""DCIM-CABLE-009: which planned cables join interfaces in use."""

import pytest

from jobs.audits.checks.cabling import PlannedCableInUse


@pytest.fixture
def ports(cabling):
    return cabling.port("a", mode="tagged"), cabling.port("b", mode="tagged")


@pytest.fixture
def planned(lab, ports):
    return lab.cable(*ports, status="Planned")


def test_vlans(ask, planned):
    (finding,) = ask(PlannedCableInUse())
    assert finding.pk == str(planned.pk)
    assert finding.details == {"A end": "a eth1", "B end": "b eth1"}


def test_address_and_lag(ask, lab, cabling):
    lag = cabling.port("b", "ae1", type="lag")
    one = cabling.port("a")
    lab.cable(one, cabling.port("b", lag=lag), status="Planned")
    assert ask(PlannedCableInUse()) == []
    lab.address("192.0.2.1/24", one)
    assert len(ask(PlannedCableInUse())) == 1


def test_connected(ask, lab, ports):
    lab.cable(*ports)
    assert ask(PlannedCableInUse()) == []


@pytest.mark.parametrize("values", [{"mode": ""}, {"enabled": False}, {"status": "Planned"}])
def test_one_end_not_in_use(ask, lab, ports, planned, values):
    values = {name: lab.status(value) if name == "status" else value for name, value in values.items()}
    lab.force(ports[1], **values)
    assert ask(PlannedCableInUse()) == []


def test_planned_device(ask, lab, cabling, planned):
    lab.force(cabling.devices["a"], status=lab.status("Planned"))
    assert ask(PlannedCableInUse()) == []


def test_panel_at_one_end(ask, lab, cabling):
    _, (front,) = cabling.panel()
    lab.cable(cabling.port("a", mode="tagged"), front, status="Planned")
    assert ask(PlannedCableInUse()) == []
