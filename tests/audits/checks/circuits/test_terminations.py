"""CIRCUITS-CIRCUIT-001: which circuits have no termination."""

from jobs.audits.checks.circuits import CircuitTerminations


def test_none(lab, ask):
    circuit = lab.circuit("1")
    (finding,) = ask(CircuitTerminations())
    assert (finding.pk, finding.display) == (str(circuit.pk), "Provider 1")
    assert finding.details == {"type": "Internet"}


def test_one(lab, found):
    lab.termination(lab.circuit("1"), "A", lab.site)
    lab.termination(lab.circuit("2"), "Z")
    assert found(CircuitTerminations()) == []


def test_types_that_need_both(lab, found, ask):
    one, both = lab.circuit("1", type="MPLS"), lab.circuit("2", type="MPLS")
    lab.termination(one, "A", lab.site)
    lab.termination(both, "A", lab.site)
    lab.termination(both, "Z")
    lab.termination(lab.circuit("3"), "A", lab.site)
    (finding,) = ask(CircuitTerminations(both_ends=("MPLS",)))
    assert finding.display == "Provider 1"
    assert "one termination" in finding.message


def test_other_statuses(lab, found):
    lab.circuit("1", status="Planned")
    assert found(CircuitTerminations()) == []
    assert found(CircuitTerminations(statuses=("Planned",))) == ["Provider 1"]
