"""Decommission this: the plan of the Job, never applied, and the way to its form."""

import json

import pytest
from nautobot.dcim.models import Cable, Device

from jobs.changes.decommission import DecommissionDevices
from jobs.receivers.decommission_button import DecommissionThis

NEEDS = (
    "dcim.view_device",
    "dcim.change_device",
    "dcim.delete_cable",
    "ipam.delete_ipaddresstointerface",
    "ipam.delete_ipaddress",
)


@pytest.fixture
def switch(lab):
    box = lab.device_type("Box", interfaces=1)
    switch, other = lab.device("sw-01", box), lab.device("sw-02", box)
    lab.cable(switch.interfaces.get(), other.interfaces.get())
    return switch


def test_plans_and_changes_nothing(press, switch, changes_logged):
    before = changes_logged()
    run = press(DecommissionThis, switch)
    assert run.status == "SUCCESS"
    assert {"plan.html", "plan.csv", "plan.json"} == set(run.files)
    assert Device.objects.get(pk=switch.pk).status.name == "Active"
    assert (Cable.objects.count(), changes_logged()) == (1, before)


def test_the_job_applies_what_was_shown(press, switch, run_job):
    from nautobot.extras.models import Job

    Job.objects.filter(job_class_name="DecommissionDevices").update(enabled=True)
    run = press(DecommissionThis, switch)
    fingerprint = json.loads(run.files["plan.json"])["fingerprint"]
    [link] = [message for message in run.messages("info") if "To apply it" in message]
    assert f"devices={switch.pk}&only_if={fingerprint}" in link

    applied = run_job(DecommissionDevices, {"devices": [switch], "only_if": fingerprint, "dryrun": False})

    assert (applied.status, applied.result["applied"]) == ("SUCCESS", True)
    assert Cable.objects.count() == 0


def test_no_link_for_who_may_not_run_the_job(press, switch, make_user):
    run = press(DecommissionThis, switch, user=make_user(permissions=dict.fromkeys(NEEDS)))
    assert run.status == "SUCCESS"
    assert not [message for message in run.messages("info") if "To apply it" in message]


def test_without_permission_on_this_device(press, switch, make_user):
    permissions = {**dict.fromkeys(NEEDS), "dcim.view_device": {"name": "sw-02"}}
    run = press(DecommissionThis, switch, user=make_user(permissions=permissions))
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert "dcim.view_device" in run.messages("failure")[0]


def test_another_kind_of_object(press, lab):
    run = press(DecommissionThis, lab.site)
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
