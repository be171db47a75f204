"""CIRCUITS-CIRCUIT-002: which circuits have a termination without a cable."""

import pytest

from jobs.audits.checks.circuits import CircuitUncabled


@pytest.fixture
def port(lab):
    return lab.device("router", lab.device_type("Router", interfaces=1)).interfaces.get()


def test_without_cable(lab, ask):
    circuit = lab.circuit("1")
    lab.termination(circuit, "A", lab.site)
    (finding,) = ask(CircuitUncabled())
    assert (finding.pk, finding.key) == (str(circuit.pk), "")
    assert finding.message == "Termination A has no cable."
    assert finding.details == {"at": "AMS01"}


def test_both_without_cable_are_one_finding(lab, ask):
    circuit = lab.circuit("1")
    lab.termination(circuit, "A", lab.site)
    lab.termination(circuit, "Z", lab.location("LON01"))
    (finding,) = ask(CircuitUncabled())
    assert finding.message == "Terminations A and Z have no cable."
    assert finding.details == {"at": "AMS01, LON01"}


def test_with_cable(lab, found, port):
    lab.cable(port, lab.termination(lab.circuit("1"), "A", lab.site))
    lab.termination(lab.circuit("2"), "A", lab.site)
    assert found(CircuitUncabled()) == ["Provider 2"]


def test_one_of_two(lab, ask, port):
    circuit = lab.circuit("1")
    lab.cable(port, lab.termination(circuit, "A", lab.site))
    lab.termination(circuit, "Z", lab.location("LON01"))
    (finding,) = ask(CircuitUncabled())
    assert finding.message == "Termination Z has no cable."


def test_in_a_provider_network(lab, found, port):
    circuit = lab.circuit("1")
    lab.cable(port, lab.termination(circuit, "A", lab.site))
    lab.termination(circuit, "Z")
    assert found(CircuitUncabled()) == []


def test_without_termination_is_another_check(lab, found):
    lab.circuit("1")
    assert found(CircuitUncabled()) == []


def test_other_statuses(lab, found):
    lab.termination(lab.circuit("1", status="Provisioning"), "A", lab.site)
    assert found(CircuitUncabled()) == []


@pytest.mark.parametrize("allowed", ["circuits.view_circuittermination", "dcim.view_location"])
def test_locations_that_the_user_may_not_view_are_not_named(lab, ask, make_user, allowed):
    lab.termination(lab.circuit("1"), "A", lab.site)
    user = make_user("limited", {"circuits.view_circuit": None, allowed: None})
    (finding,) = ask(CircuitUncabled(), user)
    assert finding.details == {}
