"""Rename this: by the rule that administrators set, once."""

import pytest
from nautobot.dcim.models import Device

from jobs.receivers.rename_button import RenameThis


@pytest.fixture
def switches(lab):
    box, rack = lab.device_type("Box"), lab.rack("R1")
    return [lab.device(name, box, rack=rack) for name in ("SW-01", "SW-02")]


def names():
    return sorted(Device.objects.values_list("name", flat=True))


def test_lower_case_without_a_rule(press, switches):
    run = press(RenameThis, switches[0])
    assert (run.status, names()) == ("SUCCESS", ["SW-02", "sw-01"])
    assert "undo.json" in run.files


def test_by_the_rule_and_once(press, switches, set_up, changes_logged):
    set_up("RenameThis", template="{{ location.name|lower }}-{{ counter|pad(2) }}", first_number=7)
    assert press(RenameThis, switches[0].rack).status == "SUCCESS"
    assert names() == ["ams01-07", "ams01-08"]
    before = changes_logged()
    again = press(RenameThis, switches[0].rack)
    assert (again.status, names(), changes_logged()) == ("SUCCESS", ["ams01-07", "ams01-08"], before)


def test_the_context_of_more_weight_wins(press, switches, set_up):
    set_up("RenameThis", name="all", weight=10, template="one", pattern="^SW-01$")
    set_up("RenameThis", name="ours", weight=20, template="two")
    press(RenameThis, switches[0])
    assert names() == ["SW-02", "two"]


@pytest.mark.parametrize("values", [{"template": 1}, {"count_by": [1]}, {"pattern": "("}, {"rule": "x"}])
def test_bad_settings(press, switches, set_up, values):
    set_up("RenameThis", **values)
    run = press(RenameThis, switches[0])
    assert (run.status, run.exception, names()) == ("FAILURE", None, ["SW-01", "SW-02"])


@pytest.mark.parametrize("permissions", [{}, {"dcim.view_device": None}, {"dcim.change_device": None}])
def test_without_permission(press, switches, make_user, permissions):
    run = press(RenameThis, switches[0], user=make_user(permissions=permissions))
    assert (run.status, run.exception, names()) == ("FAILURE", None, ["SW-01", "SW-02"])
    assert "permission" in " ".join(run.messages("failure"))
