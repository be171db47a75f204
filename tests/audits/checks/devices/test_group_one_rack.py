"""DCIM-DEVICE-016: which redundancy groups are in one rack."""

from jobs.audits.checks.devices import RedundancyGroupOneRack


def test_policy_is_off():
    assert "apart" in RedundancyGroupOneRack().idle()
    assert RedundancyGroupOneRack(apart=True).idle() == ""


def test_racks(lab, ask, switch, group):
    one, other = lab.rack("R1"), lab.rack("R2")
    group("together", (switch("a", rack=one), 1), (switch("b", rack=one), 2))
    group("apart", (switch("c", rack=one), 1), (switch("d", rack=other), 2))
    group("unknown", (switch("e", rack=one), 1), (switch("f"), 2))
    group("alone", (switch("g", rack=one), 1))
    (finding,) = ask(RedundancyGroupOneRack(apart=True))
    assert (finding.display, finding.details) == ("together", {"rack": "R1", "members": "a, b"})


def test_rack_that_the_user_may_not_view(lab, ask, switch, group, limited):
    rack = lab.rack("R1")
    group("together", (switch("a", rack=rack), 1), (switch("b", rack=rack), 2))
    (finding,) = ask(RedundancyGroupOneRack(apart=True), limited("a"))
    assert finding.details == {"members": "a"}
