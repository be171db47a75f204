"""CIRCUITS-CIRCUITTYPE-001: which circuit types have no circuit."""

from jobs.audits.checks.hygiene import UnusedCircuitType


def test_with_and_without_a_circuit(found, make, circuit):
    assert found(UnusedCircuitType()) == []
    make("circuits.circuittype", name="ISDN")
    assert found(UnusedCircuitType()) == ["ISDN"]
