"""DCIM-RACK-003: which devices are where another one is."""

import pytest

from jobs.audits.checks.racks import RackOverlap


@pytest.mark.parametrize(
    ("position", "height", "overlap"),
    [(10, 1, True), (11, 1, True), (12, 1, False), (9, 1, False), (8, 3, True), (8, 2, False)],
)
def test_units(lab, found, box, position, height, overlap):
    rack = lab.rack()
    box("fixed", rack, 10, height=2, face="rear")
    box("other", rack, position, height=height)
    assert found(RackOverlap()) == (["fixed", "other"] if overlap else [])


@pytest.mark.parametrize(
    ("one_deep", "other_deep", "other_face", "overlap"),
    [
        (True, True, "rear", True),
        (True, False, "rear", True),
        (False, True, "rear", True),
        (False, False, "rear", False),
        (False, False, "front", True),
    ],
)
def test_faces(lab, found, box, one_deep, other_deep, other_face, overlap):
    rack = lab.rack()
    box("one", rack, 10, height=2, deep=one_deep, face="front")
    box("other", rack, 11, deep=other_deep, face=other_face)
    assert found(RackOverlap()) == (["one", "other"] if overlap else [])


def test_details(lab, ask, box):
    rack = lab.rack("R1")
    box("one", rack, 10, height=2)
    box("other", rack, 11)
    details = [finding.details for finding in ask(RackOverlap())]
    assert details[0] == {"rack": "R1", "face": "front", "also there": "other"}


def test_other_racks_and_no_height(lab, found, box):
    box("one", lab.rack("R1"), 10)
    box("other", lab.rack("R2"), 10)
    box("flat", lab.rack("R3"), 10, height=0)
    box("also flat", lab.rack("R4"))
    assert found(RackOverlap()) == []


def test_others_that_the_user_may_not_view(lab, ask, box, make_user):
    rack = lab.rack("R1")
    box("one", rack, 10, height=2)
    box("other", rack, 11)
    finding = ask(RackOverlap(), make_user("limited", {"dcim.view_device": {"name": "one"}}))[0]
    assert finding.details == {"rack": "R1", "face": "front"}
