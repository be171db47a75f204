"""DCIM-VC-004: which masters are no members."""

from jobs.audits.checks.devices import StackForeignMaster


def test_member(lab, found, switch):
    lab.stack(switch("a"), switch("b"))
    lab.force(lab.stack(switch("c")), master=None)
    assert found(StackForeignMaster()) == []


def test_member_of_nothing(lab, ask, switch):
    lab.force(lab.stack(switch("a"), switch("b")), master=switch("c"))
    (finding,) = ask(StackForeignMaster())
    assert finding.details == {"master": "c", "members": "a, b"}


def test_member_of_another(lab, found, switch):
    stack = lab.stack(switch("a"))
    other = switch("b")
    lab.force(lab.stack(other), master=None)
    lab.force(stack, master=other)
    assert found(StackForeignMaster()) == ["stack of a"]


def test_master_that_the_user_may_not_view(lab, ask, switch, limited):
    lab.force(lab.stack(switch("a")), master=switch("c"))
    (finding,) = ask(StackForeignMaster(), limited("a"))
    assert finding.details == {"members": "a"}
