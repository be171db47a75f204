"""DCIM-RACK-008: which racks are nearly full."""

from jobs.audits.checks.racks import RackFull


def test_percent(lab, ask, box):
    rack = lab.rack("R1", u_height=10)
    box("big", rack, 1, height=9)
    assert ask(RackFull()) == []
    box("small", rack, 10)
    (finding,) = ask(RackFull())
    assert (finding.display, finding.details) == ("R1", {"free": "0"})
    assert "100 %" in finding.message


def test_parameter(lab, found, box):
    box("big", lab.rack("R1", u_height=10), 1, height=6)
    assert found(RackFull(percent=60)) == []
    assert found(RackFull(percent=59)) == ["R1"]


def test_both_faces_count_once(lab, found, box):
    rack = lab.rack("R1", u_height=10)
    box("front", rack, 1, height=6, deep=False)
    box("rear", rack, 1, height=6, deep=False, face="rear")
    assert found(RackFull()) == []
    assert found(RackFull(percent=50)) == ["R1"]


def test_without_position(lab, found, box):
    box("somewhere", lab.rack("R1", u_height=10), height=10)
    lab.rack("R2")
    assert found(RackFull()) == []
