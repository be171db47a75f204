"""CIRCUITS-PROVIDER-001: which providers have no circuit."""

from jobs.audits.checks.hygiene import UnusedProvider


def test_with_and_without_a_circuit(found, make, circuit):
    assert found(UnusedProvider()) == []
    make("circuits.provider", name="NTT")
    assert found(UnusedProvider()) == ["NTT"]


def test_a_provider_network(found, make):
    make("circuits.providernetwork", name="MPLS", provider=make("circuits.provider", name="NTT"))
    assert found(UnusedProvider()) == []
