"""CIRCUITS-CIRCUIT-004: which circuits are gone and still have a cable."""

import pytest

from jobs.audits.checks.circuits import CircuitDecommissioned


@pytest.fixture
def port(lab):
    return lab.device("router", lab.device_type("Router", interfaces=1)).interfaces.get()


def test_with_cable(lab, ask, port):
    circuit = lab.circuit("1", status="Decommissioned")
    lab.termination(lab.circuit("2", status="Decommissioned"), "A", lab.site)
    lab.cable(port, lab.termination(circuit, "A", lab.site))
    (finding,) = ask(CircuitDecommissioned())
    assert finding.pk == str(circuit.pk)
    assert finding.details == {"terminations": "A"}


def test_without_cable(lab, found):
    lab.termination(lab.circuit("1", status="Decommissioned"), "A", lab.site)
    assert found(CircuitDecommissioned()) == []


@pytest.mark.parametrize("status", ["Active", "Deprovisioning"])
def test_other_statuses(lab, found, port, status):
    lab.cable(port, lab.termination(lab.circuit("1", status=status), "A", lab.site))
    assert found(CircuitDecommissioned()) == []
