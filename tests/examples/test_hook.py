"""Normalize Serial: the hook on creation, update and deletion, and why it cannot go round in circles."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from nautobot.apps.jobs import enqueue_job_hooks
from nautobot.dcim.models import Device
from nautobot.extras.context_managers import web_request_context
from nautobot.extras.models import Job as JobModel
from nautobot.extras.models import JobHook, JobResult, ObjectChange

from jobs.examples.hook import NormalizeSerial, normal_form


@pytest.fixture
def changed(superuser):
    """A function that changes an object as a user does, and returns the entry in the change log."""

    def changed(obj, **attributes):
        with web_request_context(superuser):
            for name, value in attributes.items():
                setattr(obj, name, value)
            obj.save()
        return ObjectChange.objects.filter(changed_object_id=obj.pk).latest("time")

    return changed


@pytest.fixture
def receive(run_job):
    """Run the hook for an entry in the change log."""

    def receive(change, user=None):
        return run_job(NormalizeSerial, {"object_change": change}, user=user)

    return receive


def serial(device):
    return Device.objects.get(pk=device.pk).serial


def log_of(run):
    return [(entry.log_level, entry.log_object) for entry in run.logs if entry.grouping == "receive_job_hook"]


def test_update(receive, changed, make_device):
    device = make_device(serial="OLD")
    changed(device, comments="makes an earlier entry in the change log")

    run = receive(changed(device, serial=" fdo 2210\ta0b1 "))

    assert run.status == "SUCCESS"
    assert serial(device) == "FDO2210A0B1"
    assert log_of(run) == [("success", "ams01-core-01")]
    latest = ObjectChange.objects.filter(changed_object_id=device.pk).latest("time")
    assert (latest.change_context, latest.object_data_v2["serial"]) == ("job-hook", "FDO2210A0B1")


def test_update_without_an_earlier_entry(receive, changed, make_device):
    """Then Nautobot cannot tell what was there before, and gives None for it."""
    device = make_device(serial="OLD")
    change = changed(device, serial="fdo1")
    assert change.get_snapshots()["differences"]["removed"] is None

    assert receive(change).status == "SUCCESS"
    assert serial(device) == "FDO1"


def test_creation(receive, make_device, superuser):
    with web_request_context(superuser):
        device = make_device(serial="fdo1")
    change = ObjectChange.objects.get(changed_object_id=device.pk, action="create")

    assert receive(change).status == "SUCCESS"
    assert serial(device) == "FDO1"


def test_deletion(receive, make_device, superuser, changes_logged):
    device = make_device(serial="fdo1")
    with web_request_context(superuser):
        device.delete()
    change = ObjectChange.objects.get(action="delete", changed_object_type__model="device")
    before = changes_logged()

    run = receive(change)

    assert run.status == "SUCCESS"
    assert [level for level, _ in log_of(run)] == ["info"]
    assert changes_logged() == before


def test_deleted_before_the_hook_runs(receive, changed, make_device):
    device = make_device()
    change = changed(device, serial="fdo1")
    device.delete()

    run = receive(change)

    assert run.status == "SUCCESS"
    assert "deleted" in run.messages("info")[-1]


def test_another_field_was_changed(receive, changed, make_device, changes_logged):
    device = make_device(serial="fdo1")
    changed(device, comments="one")
    change = changed(device, comments="two")
    before = changes_logged()

    assert receive(change).status == "SUCCESS"
    assert serial(device) == "fdo1"
    assert changes_logged() == before


def test_second_run_changes_nothing(receive, changed, make_device, changes_logged):
    device = make_device()
    change = changed(device, serial="fdo1")
    receive(change)
    after_the_first = changes_logged()

    run = receive(change)

    assert run.status == "SUCCESS"
    assert [level for level, _ in log_of(run)] == ["info"]
    assert (serial(device), changes_logged()) == ("FDO1", after_the_first)


def test_the_object_is_looked_at_as_it_is_now(receive, changed, make_device):
    device = make_device()
    change = changed(device, serial="fdo1")
    changed(device, serial="fdo2")

    receive(change)

    assert serial(device) == "FDO2"


def test_its_own_change_starts_no_hook(receive, changed, make_device):
    record = JobModel.objects.get(job_class_name="NormalizeSerial")
    hook = JobHook.objects.create(name="Serial numbers", job=record, type_update=True)
    hook.content_types.set([ContentType.objects.get_for_model(Device)])
    device = make_device()
    change = changed(device, serial="fdo1")
    started = JobResult.objects.filter(job_model=record).count()
    assert started == 1  # Nautobot has enqueued the hook for the change above

    receive(change)

    assert serial(device) == "FDO1"
    assert JobResult.objects.filter(job_model=record).count() == started + 1  # the run of this test, no other
    own_change = ObjectChange.objects.filter(changed_object_id=device.pk).latest("time")
    enqueue_job_hooks(own_change)
    assert JobResult.objects.filter(job_model=record).count() == started + 1


@pytest.mark.parametrize(
    "permissions",
    [
        {},
        {"dcim.view_device": None},
        {"dcim.change_device": {"name": "another"}},
        # No longer fits once the serial number is changed.
        {"dcim.change_device": {"serial": "fdo1"}},
    ],
)
def test_without_permission(receive, changed, make_device, make_user, changes_logged, permissions):
    device = make_device()
    change = changed(device, serial="fdo1")
    before = changes_logged()

    run = receive(change, user=make_user(permissions=permissions))

    assert run.status == "FAILURE"
    assert run.exception is None
    assert "ermission" in run.messages("failure")[0]
    assert (serial(device), changes_logged()) == ("fdo1", before)


def test_with_permission(receive, changed, make_device, make_user):
    device = make_device()
    user = make_user(permissions={"dcim.change_device": {"name": device.name}})

    assert receive(changed(device, serial="fdo1"), user=user).status == "SUCCESS"
    assert serial(device) == "FDO1"


def test_a_value_that_nautobot_refuses(receive, changed, make_device, monkeypatch, changes_logged):
    device = make_device()
    change = changed(device, serial="fdo1")
    before = changes_logged()

    def refuse(self):
        raise ValidationError({"serial": "Not this one."})

    monkeypatch.setattr(Device, "clean", refuse)

    run = receive(change)

    assert run.status == "FAILURE"
    assert run.exception is None
    assert "Not this one." in run.messages("failure")[0]
    assert (serial(device), changes_logged()) == ("fdo1", before)


def test_a_type_without_serial_number(receive, changed, make_locations):
    run = receive(changed(make_locations("AMS01")[0], comments="one"))

    assert run.status == "FAILURE"
    assert run.exception is None
    assert "Location" in run.messages("failure")[0]


@pytest.mark.parametrize(
    ("entered", "normal"),
    [("FDO1", "FDO1"), ("fdo1", "FDO1"), (" f d\to 1\n", "FDO1"), ("fdo\u200b1\ufeff", "FDO1"), ("", ""), (None, "")],
)
def test_normal_form(entered, normal):
    assert normal_form(entered) == normal
    assert normal_form(normal_form(entered)) == normal


@pytest.mark.django_db
def test_job_record():
    record = JobModel.objects.get(job_class_name="NormalizeSerial")
    assert record.is_job_hook_receiver
    assert not record.is_job_button_receiver
