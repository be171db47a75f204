"""DCIM-VC-002: which members have no position."""

from jobs.audits.checks.devices import StackPosition


def test_positions(lab, ask, switch):
    device = switch("b")
    lab.stack(switch("a"), device)
    switch("alone")
    assert ask(StackPosition()) == []
    lab.force(device, vc_position=None)
    (finding,) = ask(StackPosition())
    assert (finding.display, finding.details) == ("b", {"virtual chassis": "stack of a"})


def test_position_zero_and_gaps(lab, found, switch):
    one, other = switch("a"), switch("b")
    lab.stack(one, other)
    lab.force(one, vc_position=0)
    lab.force(other, vc_position=5)
    assert found(StackPosition()) == []
