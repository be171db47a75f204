"""Audit what was changed: the records about the changed object follow it, in bursts too."""

import nautobot
import pytest
from django.utils.version import get_version_tuple
from nautobot.dcim.models import Device
from nautobot.extras.context_managers import web_request_context
from nautobot.extras.models import JobResult, ObjectChange

from jobs.receivers import audit_hook
from jobs.receivers.audit_hook import AuditChanged
from jobs.toolkit import bursts

if get_version_tuple(nautobot.__version__) < (3, 0):
    pytestmark = pytest.mark.parametrize("no_such_records_before_3_0", [])

FEW = ("DCIM-DEVICE-003", "DCIM-DEVICE-005", "EXTRAS-ROLE-001")
RECORDS = "data_validation.{}_datacompliance"
NEEDS = ["dcim.view_device", *(RECORDS.format(action) for action in ("add", "change", "delete"))]


@pytest.fixture
def devices(lab):
    """Three devices without serial numbers."""
    box = lab.device_type("Box", interfaces=1)
    return [lab.device(f"sw-0{number}", box) for number in (1, 2, 3)]


@pytest.fixture
def every_check():
    """For a test that is to ask all of them."""


@pytest.fixture(autouse=True)
def few_checks(request, monkeypatch):
    """What bursts and permissions are about is the same with few checks, and takes a tenth of the time."""
    if "every_check" not in request.fixturenames:
        monkeypatch.setattr(audit_hook, "CHECKS", [check for check in audit_hook.CHECKS if check.id in FEW])


def recorded(device, check="DCIM-DEVICE-003"):
    from nautobot.data_validation.models import DataCompliance

    return DataCompliance.objects.filter(object_id=device.pk, compliance_class_name=check).count()


def test_records_come_and_go(every_check, receive, changed, devices):
    first, second, _ = devices
    run = receive(AuditChanged, changed(first, comments="one"))
    assert (run.status, run.files) == ("SUCCESS", {})
    assert (recorded(first), recorded(second)) == (1, 0)
    receive(AuditChanged, changed(first, serial="S1"))
    assert recorded(first) == 0


def test_deleted_objects_lose_their_records(receive, changed, devices, superuser):
    first = devices[0]
    receive(AuditChanged, changed(first, comments="one"))
    key = first.pk
    with web_request_context(superuser):
        first.delete()
    run = receive(AuditChanged, ObjectChange.objects.get(action="delete", changed_object_id=key))
    first.pk = key
    assert (run.status, recorded(first)) == ("SUCCESS", 0)


def test_a_burst_is_handled_at_once(receive, devices, superuser, hook):
    """Nautobot queues a run for each change; the first does all, the others end."""
    hook(AuditChanged, Device)
    with web_request_context(superuser):
        for device in devices:
            device.comments = "together"
            device.validated_save()
    changes = list(ObjectChange.objects.filter(changed_object_type__model="device").order_by("time"))
    assert JobResult.objects.filter(name=AuditChanged.name).count() == len(changes) == 3

    first, *others = [receive(AuditChanged, change) for change in changes]

    assert [recorded(device) for device in devices] == [1, 1, 1]
    assert "Handled 3 changes in this run." in first.messages("info")
    for run in others:
        assert run.status == "SUCCESS"
        assert any(str(first.job_result.pk) in message for message in run.messages("info"))
        assert run.query_count < 10
    assert first.query_count > 2 * others[0].query_count


def test_a_change_after_the_burst_is_handled(receive, changed, devices, hook):
    hook(AuditChanged, Device)
    receive(AuditChanged, changed(devices[0], comments="one"))
    receive(AuditChanged, changed(devices[0], serial="S1"))
    assert recorded(devices[0]) == 0


def test_a_run_that_breaks_leaves_no_note(receive, changed, devices, hook, monkeypatch):
    hook(AuditChanged, Device)
    changes = [changed(device, comments="one") for device in devices]

    def broken(*args, **kwargs):
        raise RuntimeError("The worker dies")

    with monkeypatch.context() as patch:
        patch.setattr(bursts.cache, "set_many", broken)
        assert receive(AuditChanged, changes[0]).status == "FAILURE"
    second = receive(AuditChanged, changes[1])
    assert "Handled 2 changes in this run." in second.messages("info")


def test_changes_of_others_are_left_to_their_runs(receive, changed, devices, hook, make_user):
    hook(AuditChanged, Device)
    other = make_user("other", dict.fromkeys(["dcim.view_device", "dcim.change_device"]))
    first = changed(devices[0], comments="one")
    changed(devices[1], user=other, comments="two")
    receive(AuditChanged, first)
    assert (recorded(devices[0]), recorded(devices[1])) == (1, 0)


def test_query_count_is_constant(receive, lab, superuser, hook, asked):
    hook(AuditChanged, Device)
    box, counts = lab.device_type("Box"), []
    for name, number in (("few", 3), ("many", 12)):
        with web_request_context(superuser):
            devices = [lab.device(f"{name}-{index}", box, serial=f"{name}{index}") for index in range(number)]
        change = ObjectChange.objects.get(changed_object_id=devices[0].pk)
        run = receive(AuditChanged, change)
        assert f"Handled {number} changes in this run." in run.messages("info")
        counts.append(asked(run))
    assert counts[1] <= counts[0]  # the first fills caches of content types and the like


@pytest.mark.parametrize("missing", NEEDS)
def test_without_permission(receive, changed, devices, make_user, missing):
    user = make_user(permissions={name: None for name in NEEDS if name != missing})
    run = receive(AuditChanged, changed(devices[0], comments="one"), user=user)
    assert (run.status, run.exception, recorded(devices[0])) == ("FAILURE", None, 0)
    assert missing in " ".join(run.messages("failure"))


def test_with_permission(receive, changed, devices, make_user):
    user = make_user(permissions=dict.fromkeys(NEEDS))
    assert receive(AuditChanged, changed(devices[0], comments="one"), user=user).status == "SUCCESS"
    assert recorded(devices[0]) == 1


def test_a_type_that_no_check_is_about(receive, changed, lab):
    run = receive(AuditChanged, changed(lab.site_type, description="one"))
    assert (run.status, run.exception) == ("FAILURE", None)
