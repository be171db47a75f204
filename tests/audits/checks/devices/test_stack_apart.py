"""DCIM-VC-005: which virtual chassis are at several locations."""

from jobs.audits.checks.devices import StackApart


def test_locations(lab, ask, switch):
    lab.stack(switch("a"), switch("b"))
    lab.stack(switch("c"), switch("d", location=lab.location("LON01")))
    (finding,) = ask(StackApart())
    assert (finding.display, finding.details) == ("stack of c", {"locations": "AMS01, LON01", "members": "c, d"})


def test_racks_do_not_matter(lab, found, switch):
    lab.stack(switch("a", rack=lab.rack("R1")), switch("b", rack=lab.rack("R2")))
    assert found(StackApart()) == []
