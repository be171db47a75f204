"""DCIM-VC-003: which virtual chassis have one member."""

from jobs.audits.checks.devices import StackAlone


def test_members(lab, ask, switch):
    lab.stack(switch("a"), switch("b"))
    lab.stack(switch("c"))
    (finding,) = ask(StackAlone())
    assert (finding.display, finding.details) == ("stack of c", {"member": "c"})


def test_none(lab, ask, switch):
    device = switch("a")
    lab.force(lab.stack(device), master=None)
    lab.force(device, virtual_chassis=None)
    (finding,) = ask(StackAlone())
    assert finding.details == {}


def test_members_that_the_user_may_not_view(lab, found, switch, limited):
    lab.stack(switch("a"), switch("b"))
    assert found(StackAlone(), limited("a")) == []
