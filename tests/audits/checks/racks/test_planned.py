"""DCIM-RACK-009: which planned racks have active devices."""

from jobs.audits.checks.racks import RackPlanned


def test_statuses(lab, ask, box):
    planned = lab.rack("R1", status=lab.status("Planned"))
    box("active", planned)
    box("staged", planned, status=lab.status("Staged"))
    box("other", lab.rack("R2"))
    box("future", lab.rack("R3", status=lab.status("Planned")), status=lab.status("Planned"))
    lab.rack("R4", status=lab.status("Planned"))
    (finding,) = ask(RackPlanned())
    assert (finding.display, finding.details) == ("R1", {"devices": "active"})


def test_parameter(lab, found, box):
    box("active", lab.rack("R1", status=lab.status("Reserved")))
    assert found(RackPlanned()) == []
    assert found(RackPlanned(statuses=("Planned", "Reserved"))) == ["R1"]


def test_devices_that_the_user_may_not_view(lab, ask, box, make_user):
    box("active", lab.rack("R1", status=lab.status("Planned")))
    (finding,) = ask(RackPlanned(), make_user("limited"))
    assert finding.details == {}
