"""DCIM-VC-001: which virtual chassis have no master."""

from jobs.audits.checks.devices import StackMaster


def test_master(lab, ask, switch):
    lab.stack(switch("a"), switch("b"))
    lab.force(lab.stack(switch("c"), switch("d")), master=None)
    (finding,) = ask(StackMaster())
    assert (finding.display, finding.details) == ("stack of c", {"members": "c, d"})


def test_empty(lab, found, switch):
    device = switch("a")
    lab.force(lab.stack(device), master=None)
    lab.force(device, virtual_chassis=None)
    assert found(StackMaster()) == []


def test_members_that_the_user_may_not_view(lab, ask, switch, limited):
    lab.force(lab.stack(switch("c"), switch("d")), master=None)
    (finding,) = ask(StackMaster(), limited("c"))
    assert finding.details == {"members": "c"}
