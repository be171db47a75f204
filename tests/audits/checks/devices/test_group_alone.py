"""DCIM-DEVICE-014: which redundancy groups have one member."""

from jobs.audits.checks.devices import RedundancyGroupAlone


def test_members(lab, ask, switch, group):
    group("alone", (switch("a"), 1))
    group("two", (switch("b"), 1), (switch("c", status=lab.status("Offline")), 2))
    group("empty")
    (finding,) = ask(RedundancyGroupAlone())
    assert (finding.display, finding.details) == ("alone", {"member": "a"})


def test_members_that_the_user_may_not_view(ask, switch, group, limited):
    group("alone", (switch("a"), 1))
    group("two", (switch("b"), 1), (switch("c"), 2))
    (finding,) = ask(RedundancyGroupAlone(), limited("b"))
    assert (finding.display, finding.details) == ("alone", {})
