"""CIRCUITS-CIRCUIT-007: which circuits have a port slower than their commit rate."""

from jobs.audits.checks.circuits import CircuitSlowPort


def test_slow(lab, ask):
    circuit = lab.circuit("1", commit_rate=1000)
    lab.termination(circuit, "A", lab.site, port_speed=999)
    lab.termination(circuit, "Z", port_speed=1000)
    (finding,) = ask(CircuitSlowPort())
    assert finding.pk == str(circuit.pk)
    assert finding.details == {"speeds in kbit/s": "A: 999"}


def test_fast_enough(lab, found):
    lab.termination(lab.circuit("1", commit_rate=1000), "A", lab.site, port_speed=1000)
    assert found(CircuitSlowPort()) == []


def test_unknown(lab, found):
    lab.termination(lab.circuit("1", commit_rate=1000), "A", lab.site)
    lab.termination(lab.circuit("2"), "A", lab.site, port_speed=1)
    assert found(CircuitSlowPort()) == []


def test_upstream(lab, found, ask):
    lab.termination(lab.circuit("1", commit_rate=1000), "A", lab.site, port_speed=1000, upstream_speed=100)
    assert found(CircuitSlowPort()) == []
    (finding,) = ask(CircuitSlowPort(upstream=True))
    assert finding.details == {"speeds in kbit/s": "A: 1000, upstream 100"}


def test_upstream_fast_enough(lab, found):
    lab.termination(lab.circuit("1", commit_rate=1000), "A", lab.site, port_speed=9000, upstream_speed=1000)
    assert found(CircuitSlowPort(upstream=True)) == []


def test_other_statuses(lab, found):
    lab.termination(lab.circuit("1", commit_rate=1000, status="Planned"), "A", lab.site, port_speed=1)
    assert found(CircuitSlowPort()) == []


def test_terminations_that_the_user_may_not_view_are_not_named(lab, ask, make_user):
    lab.termination(lab.circuit("1", commit_rate=1000), "A", lab.site, port_speed=1)
    (finding,) = ask(CircuitSlowPort(), make_user("limited", {"circuits.view_circuit": None}))
    assert finding.details == {}
