"""Automation manifests, exported: what there is, as far as the user may view it; applied again, nothing changes."""

import pytest
import yaml
from django.contrib.auth.models import Group
from nautobot.extras.models import Job, JobHook, ScheduledJob
from nautobot.users.models import ObjectPermission

from jobs.automation.export_manifest import ExportAutomationManifest
from jobs.automation.manifest_document import read_manifest

HOSTILE = ["*x: {{ y }} # 'no'", "true", "2024-01-01", "1.5", "- &a |", "=cmd|' /C calc'!A0", "ü\"\\'"]
STATE = """
job_queues: {audits: {description: "null", tenant: Ours}}
jobs:
  .audits.racks.RackAudit: {name: "123", time_limit: 12.5, hidden: true, job_queues: [audits], default_job_queue: audits}
groups: [Ours]
permissions:
  "true": {object_types: [extras.job], actions: [run], constraints: [{grouping: "1"}, {name: x}], groups: [Ours]}
job_buttons:
  "2024-01-01": {job: .examples.button.WhatUsesThis, object_types: [dcim.rack], text: "{{ obj }}", enabled: false}
job_hooks:
  Serials: {job: .examples.hook.NormalizeSerial, object_types: [dcim.device], actions: [update], enabled: false}
saved_inputs:
  "1.5": {job: .audits.racks.RackAudit, inputs: {locations: [AMS01, EMEA], fail_at: high}}
schedules:
  Nightly:
    job: .audits.racks.RackAudit
    interval: daily
    start: 2024-02-29 23:59
    time_zone: America/New_York
    inputs: {locations: [AMS01, EMEA], fail_at: low, parameters: {DCIM-RACK-003: {percent: 80}}}
    profile: true
"""


@pytest.fixture
def state(lab, applied):
    lab.tenant("Ours")
    applied(STATE)
    return lab


def test_what_is_exported_changes_nothing_when_applied(state, exported, applied, run_job, upload):
    text = exported()
    found = yaml.safe_load(text)
    assert found["jobs"][".audits.racks.RackAudit"] == {
        "enabled": True,
        "hidden": True,
        "name": "123",
        "time_limit": "12.5",
        "job_queues": ["audits"],
        "default_job_queue": "audits",
    }
    assert found["schedules"]["Nightly"]["inputs"] == {
        "locations": ["AMS01", "EMEA"],
        "fail_at": "low",
        "parameters": {"DCIM-RACK-003": {"percent": 80}},
    }
    assert text == exported()
    assert applied(text.partition("\n\n")[2]).result["changes"] == 0


def test_dry_run_is_always_told(exported, applied, db):
    job = "{job: .changes.rename.RenameByTemplate, interval: custom, crontab: 0 3 * * *, inputs: {everything: true%s}}"
    applied(f"schedules:\n  A: {job % ''}\n  B: {job % ', dryrun: false'}")
    found = yaml.safe_load(exported(sections=["schedules"]))["schedules"]
    assert [found[name]["inputs"]["dryrun"] for name in "AB"] == [True, False]


def test_hostile_names(exported, applied, db):
    for name in HOSTILE:
        Group.objects.create(name=name)
        permission = ObjectPermission.objects.create(name=name, actions=[name[:30]], description=name)
        permission.object_types.set(ObjectPermission.object_types.field.related_model.objects.filter(model="job"))
    text = exported(every_permission=True)
    assert set(HOSTILE) <= set(read_manifest(text.encode(), "x").section("groups"))
    assert applied(text.partition("\n\n")[2]).result["changes"] == 0


def test_what_cannot_be_told_is_named(state, run_job):
    rack = Job.objects.get(job_class_name="RackAudit")
    for name, values in (("Once", {"interval": "future"}), ("Off", {"interval": "custom", "enabled": False})):
        ScheduledJob.objects.create(
            name=name, job_model=rack, task="x", start_time="2030-01-01T00:00Z", crontab="0 1 * * *", **values
        )
    Job.objects.filter(job_class_name="NormalizeSerial").update(installed=False)
    run = run_job(ExportAutomationManifest, {})
    told = "\n".join(run.messages("warning"))
    assert (run.status, run.result["schedules"]) == ("SUCCESS", 1)
    assert [name in told for name in ("Once, which runs once", "Off, which is switched off", "job hook Serials")] == [
        True
    ] * 3


def test_only_what_the_user_may_view(state, exported, run_job, make_user):
    JobHook.objects.filter(name="Serials").update(enabled=True)
    user = make_user(
        permissions={"extras.view_job": {"grouping__in": ["Audits", "Examples"]}, "extras.view_jobhook": None}
    )
    found = yaml.safe_load(exported(user=user, sections=["jobs", "job_hooks"]))
    assert {path.split(".")[1] for path in found["jobs"]} == {"audits", "examples"}
    assert list(found["job_hooks"]) == ["Serials"]
    run = run_job(ExportAutomationManifest, {}, user=user)
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert "extras.view_jobqueue" in run.result["refused"]


def test_inputs_that_the_user_may_not_view_are_keys(state, exported, make_user):
    allowed = ["extras.view_job", "extras.view_scheduledjob"]
    user = make_user(permissions={**dict.fromkeys(allowed), "dcim.view_location": {"name": "EMEA"}})
    found = yaml.safe_load(exported(user=user, sections=["schedules"]))
    assert set(found["schedules"]["Nightly"]["inputs"]["locations"]) == {"EMEA", str(state.site.pk)}


def test_which_jobs(exported, db):
    found = yaml.safe_load(exported(sections=["jobs"], jobs_below=".audits.racks.*", manifest_name="racks"))
    assert found == {"manifest": "racks", "jobs": {".audits.racks.RackAudit": {"enabled": True}}}


def test_a_name_that_no_manifest_may_have(run_job, db):
    run = run_job(ExportAutomationManifest, {"manifest_name": "a: b"})
    assert (run.status, run.exception, "manifest:" in run.result["refused"]) == ("FAILURE", None, True)


def test_number_of_queries_is_constant(run_job, db):
    def measure(count):
        for number in range(count):
            group = Group.objects.create(name=f"{count}-{number}")
            permission = ObjectPermission.objects.create(name=f"{count}-{number}", actions=["run"])
            permission.groups.add(group)
            permission.object_types.set(permission.object_types.model.objects.filter(model="job"))
        return run_job(ExportAutomationManifest, {}).query_count

    measure(0)  # later files of the same names ask whether the name is free
    assert measure(5) == measure(50)
