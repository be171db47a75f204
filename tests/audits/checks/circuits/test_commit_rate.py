"""CIRCUITS-CIRCUIT-005: which circuits have no commit rate."""

from jobs.audits.checks.circuits import CommitRateMissing


def test_missing(lab, ask):
    circuit = lab.circuit("1", type="MPLS")
    (finding,) = ask(CommitRateMissing(types=("MPLS",)))
    assert finding.pk == str(circuit.pk)
    assert finding.details == {"type": "MPLS"}


def test_zero(lab, found):
    lab.circuit("1", type="MPLS", commit_rate=0)
    assert found(CommitRateMissing(types=("MPLS",))) == ["Provider 1"]


def test_there(lab, found):
    lab.circuit("1", type="MPLS", commit_rate=1000)
    assert found(CommitRateMissing(types=("MPLS",))) == []


def test_other_types_and_statuses(lab, found):
    lab.circuit("1", type="Dark fibre")
    lab.circuit("2", type="MPLS", status="Planned")
    assert found(CommitRateMissing(types=("MPLS",))) == []


def test_idle_without_policy():
    assert CommitRateMissing().idle()
    assert not CommitRateMissing(types=("MPLS",)).idle()
