"""Guard decommissioning: what relies on a device, what it holds, and its status set back by policy."""

import pytest
from nautobot.dcim.models import Device
from nautobot.extras.models import JobResult

from jobs.receivers.guard_hook import GuardDecommissioning

NEEDS = {"dcim.view_device": None, "dcim.change_device": None}


@pytest.fixture
def chassis(lab):
    """A chassis with a child in its bay, and a switch on which nothing relies."""
    from nautobot.dcim.models import DeviceBay

    parent = lab.device_type("Chassis")
    parent.subdevice_role = "parent"
    parent.validated_save()
    child = lab.device_type("Blade")
    child.subdevice_role, child.u_height = "child", 0
    child.validated_save()
    chassis, blade = lab.device("chassis-01", parent), lab.device("blade-01", child)
    DeviceBay(device=chassis, name="1", installed_device=blade).validated_save()
    lab.device("sw-01", lab.device_type("Box", interfaces=1))
    return chassis


def status(device):
    return Device.objects.get(pk=device.pk).status.name


def checklist(run):
    return [(entry.log_level, entry.log_object) for entry in run.logs if entry.grouping == "checklist"]


def test_warns(receive, changed, chassis, lab):
    changed(chassis, comments="an earlier entry")
    run = receive(GuardDecommissioning, changed(chassis, status=lab.status("Decommissioning")))
    assert run.status == "SUCCESS"
    assert checklist(run) == [("warning", "chassis-01")]
    assert "blade-01" in run.messages("warning")[0]
    assert (status(chassis), run.files) == ("Decommissioning", {})


def test_nothing_relies_on_it(receive, changed, chassis, lab):
    switch = Device.objects.get(name="sw-01")
    run = receive(GuardDecommissioning, changed(switch, status=lab.status("Decommissioning")))
    assert (run.status, checklist(run)) == ("SUCCESS", [("success", "sw-01")])


def test_sets_back(receive, changed, chassis, lab, set_up, changes_logged):
    set_up("GuardDecommissioning", policy="revert")
    changed(chassis, comments="an earlier entry")
    change = changed(chassis, status=lab.status("Decommissioning"))
    run = receive(GuardDecommissioning, change)
    assert (run.status, status(chassis)) == ("SUCCESS", "Active")
    assert "undo.json" in run.files
    before = changes_logged()
    again = receive(GuardDecommissioning, change)
    assert (again.status, status(chassis), changes_logged()) == ("SUCCESS", "Active", before)


def test_what_it_was_is_not_known(receive, changed, chassis, lab, set_up):
    set_up("GuardDecommissioning", policy="revert")
    run = receive(GuardDecommissioning, changed(chassis, status=lab.status("Decommissioning")))
    assert (run.status, status(chassis)) == ("SUCCESS", "Decommissioning")
    assert any("does not tell" in message for message in run.messages("info"))


def test_has_to_be_empty(receive, changed, chassis, lab, set_up):
    set_up("GuardDecommissioning", policy="revert", empty=True)
    first, second = Device.objects.get(name="sw-01"), lab.device("sw-02", lab.device_type("Other", interfaces=1))
    lab.cable(first.interfaces.get(), second.interfaces.get())
    changed(first, comments="an earlier entry")
    run = receive(GuardDecommissioning, changed(first, status=lab.status("Decommissioning")))
    assert (run.status, status(first)) == ("SUCCESS", "Active")
    assert ("warning", "sw-01") in checklist(run)


def test_other_changes_and_other_statuses(receive, changed, chassis, lab, changes_logged):
    for change in (changed(chassis, comments="one"), changed(chassis, status=lab.status("Offline"))):
        before = changes_logged()
        run = receive(GuardDecommissioning, change)
        assert (run.status, checklist(run), changes_logged()) == ("SUCCESS", [], before)


def test_statuses_are_a_setting(receive, changed, chassis, lab, set_up):
    set_up("GuardDecommissioning", statuses=["Offline"])
    run = receive(GuardDecommissioning, changed(chassis, status=lab.status("Offline")))
    assert checklist(run) == [("warning", "chassis-01")]


@pytest.mark.parametrize("values", [{"policy": "punish"}, {"statuses": "Offline"}, {"polcy": "warn"}])
def test_bad_settings(receive, changed, chassis, lab, set_up, values):
    set_up("GuardDecommissioning", **values)
    run = receive(GuardDecommissioning, changed(chassis, status=lab.status("Decommissioning")))
    assert (run.status, run.exception, checklist(run)) == ("FAILURE", None, [])
    assert "GuardDecommissioning" in run.messages("failure")[0]


def test_gone_before_the_hook_runs(receive, changed, chassis, lab):
    switch = Device.objects.get(name="sw-01")
    change = changed(switch, status=lab.status("Decommissioning"))
    switch.delete()
    run = receive(GuardDecommissioning, change)
    assert (run.status, checklist(run)) == ("SUCCESS", [])


def test_its_own_change_starts_no_hook(receive, changed, chassis, lab, set_up, hook):
    """Nautobot starts no hook for what a hook has changed."""
    set_up("GuardDecommissioning", policy="revert")
    hook(GuardDecommissioning, Device)
    changed(chassis, comments="an earlier entry")
    change = changed(chassis, status=lab.status("Decommissioning"))
    queued = JobResult.objects.count()
    receive(GuardDecommissioning, change)
    assert status(chassis) == "Active"
    assert JobResult.objects.count() == queued + 1  # the run of this test


@pytest.mark.parametrize("missing", sorted(NEEDS))
def test_without_permission(receive, changed, chassis, lab, set_up, make_user, missing):
    set_up("GuardDecommissioning", policy="revert")
    changed(chassis, comments="an earlier entry")
    change = changed(chassis, status=lab.status("Decommissioning"))
    user = make_user(permissions={name: None for name in NEEDS if name != missing})
    run = receive(GuardDecommissioning, change, user=user)
    assert (run.status, run.exception, status(chassis)) == ("FAILURE", None, "Decommissioning")
    assert missing in run.messages("failure")[0]


def test_permission_on_other_devices(receive, changed, chassis, lab, set_up, make_user):
    set_up("GuardDecommissioning", policy="revert")
    changed(chassis, comments="an earlier entry")
    change = changed(chassis, status=lab.status("Decommissioning"))
    user = make_user(permissions={"dcim.view_device": None, "dcim.change_device": {"name": "sw-01"}})
    run = receive(GuardDecommissioning, change, user=user)
    assert (run.status, run.exception, status(chassis)) == ("FAILURE", None, "Decommissioning")
