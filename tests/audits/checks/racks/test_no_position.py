"""DCIM-RACK-004: which devices are in a rack without position."""

from jobs.audits.checks.racks import NoPosition


def test_positions(lab, ask, box):
    rack = lab.rack("R1")
    box("placed", rack, 1)
    box("somewhere", rack)
    box("zero", rack, height=0)
    box("loose", None)
    (finding,) = ask(NoPosition())
    assert (finding.display, finding.details) == ("somewhere", {"rack": "R1"})


def test_children(lab, found, box):
    from nautobot.dcim.models import DeviceBay

    rack = lab.rack()
    parent, child = box("parent", rack, 1, height=4), box("child", rack)
    assert found(NoPosition()) == ["child"]
    DeviceBay.objects.create(device=parent, name="Bay", installed_device=child)
    assert found(NoPosition()) == []


def test_types_for_bays(lab, found, box):
    lab.force(box("spare blade", lab.rack()).device_type, subdevice_role="child")
    assert found(NoPosition()) == []
