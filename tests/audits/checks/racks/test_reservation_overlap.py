"""DCIM-RACK-005: which units are reserved twice."""

from jobs.audits.checks.racks import ReservationOverlap


def test_overlap(lab, ask, reserve):
    rack = lab.rack("R1")
    reserve(rack, 10, 11, 12, description="storage")
    reserve(rack, 12, 13, description="servers")
    reserve(rack, 20, description="network")
    storage, servers = sorted(ask(ReservationOverlap()), key=lambda finding: finding.display, reverse=True)
    assert storage.details == {"rack": "R1", "other reservations": "servers"}
    assert servers.details == {"rack": "R1", "other reservations": "storage"}
    assert "U12" in storage.message
    assert "U13" not in storage.message


def test_beside_each_other_and_other_racks(lab, found, reserve):
    rack = lab.rack("R1")
    reserve(rack, 10, 11)
    reserve(rack, 12, 13)
    reserve(lab.rack("R2"), 10)
    assert found(ReservationOverlap()) == []


def test_others_that_the_user_may_not_view(lab, ask, reserve, make_user):
    rack = lab.rack("R1")
    one = reserve(rack, 10, description="storage")
    reserve(rack, 10, description="servers")
    user = make_user("limited", {"dcim.view_rackreservation": {"description": "storage"}})
    (finding,) = ask(ReservationOverlap(), user, objects=type(one).objects.filter(pk=one.pk))
    assert finding.details == {"rack": "R1"}
    (finding,) = ask(ReservationOverlap(), make_user("blind"), objects=type(one).objects.filter(pk=one.pk))
    assert finding.details == {"rack": "R1"}
