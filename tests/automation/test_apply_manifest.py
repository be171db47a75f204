"""Automation manifests, applied: what they create, change, remove and leave alone."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from jsonschema import Draft7Validator
from nautobot.extras.datasources.git import ensure_git_repository
from nautobot.extras.models import (
    CustomLink,
    GitRepository,
    Job,
    JobButton,
    JobHook,
    JobQueue,
    JobResult,
    ObjectMetadata,
    ScheduledJob,
)
from nautobot.extras.registry import registry
from nautobot.extras.utils import ChangeLoggedModelsQuery
from nautobot.users.models import ObjectPermission

from jobs.automation.apply_manifest import ApplyAutomationManifest
from jobs.automation.manifest_document import SCHEMA, SHIPPED
from jobs.toolkit.compat_automation import OVERRIDABLE, approval_models, standing

OWN = ("ApplyAutomationManifest", "ExportAutomationManifest")
HAS_APPROVALS = approval_models() is not None
EVERYTHING = """
job_queues:
  audits: {queue_type: celery, description: Long ones, tenant: Ours}
jobs:
  ".audits.racks.*": {hidden: true}
  .audits.cabling.CablingAudit:
    enabled: true
    grouping: Ours
    name: Cables
    description: Ours
    hidden: false
    has_sensitive_variables: false
    is_singleton: true
    soft_time_limit: 100
    time_limit: 200.5
    job_queues: [audits]
    default_job_queue: audits
  .changes.rename.RenameByTemplate: {dryrun_default: true}
groups: [Ours, Theirs]
permissions:
  Run:
    description: To run
    enabled: true
    object_types: [extras.job]
    actions: [view, run]
    constraints: {grouping: Ours}
    groups: [Ours]
    users: [superuser]
job_buttons:
  What:
    job: .examples.button.WhatUsesThis
    object_types: [dcim.rack, dcim.device]
    text: What?
    enabled: true
    weight: 5
    group_name: More
    button_class: info
    confirmation: false
job_hooks:
  Serials:
    job: .examples.hook.NormalizeSerial
    object_types: [dcim.device]
    actions: [create, update]
    enabled: true
saved_inputs:
  Here:
    job: .audits.cabling.CablingAudit
    inputs: {locations: [AMS01], fail_at: high}
schedules:
  Nightly:
    job: .audits.cabling.CablingAudit
    interval: custom
    crontab: 0 3 * * *
    time_zone: Europe/Amsterdam
    inputs: {locations: [AMS01], fail_at: high}
    job_queue: audits
    profile: true
    ignore_singleton_lock: true
  Weekly:
    job: .audits.cabling.CablingAudit
    interval: weekly
    start: 2024-01-01 04:30
    inputs: {everything: true}
"""
APPROVALS = """
approval_workflows:
  Four eyes:
    object_type: extras.scheduledjob
    constraints: {job_model__grouping: Nobody}
    weight: 7
    stages:
      - {name: Peer, group: Ours, approvers: 1, denial_message: No}
      - {name: Boss, group: Theirs}
"""
CHANGED = """
job_queues: {audits: {description: Others}}
jobs:
  .audits.cabling.CablingAudit: {hidden: null, time_limit: null, name: null, job_queues: null, default_job_queue: null}
groups: [Ours]
permissions:
  Run: {object_types: [extras.job], actions: [view], groups: [], enabled: false}
job_buttons:
  What: {job: .examples.button.WhatUsesThis, object_types: [dcim.rack], text: Which one}
job_hooks:
  Serials: {job: .examples.hook.NormalizeSerial, object_types: [dcim.module], actions: [delete]}
saved_inputs:
  Here: {job: .audits.cabling.CablingAudit, inputs: {everything: true}}
schedules:
  Nightly: {job: .audits.cabling.CablingAudit, interval: hourly, start: 2024-01-01 04:30, inputs: {everything: true}}
"""


@pytest.fixture
def ours(lab):
    lab.tenant("Ours")
    return lab


def job(name):
    return Job.objects.get(job_class_name=name)


def owned():
    return ObjectMetadata.objects.get(metadata_type__name="Automation manifest").value["test"]


# The manifest of this collection


def test_shipped_manifest_applied_exported_and_applied_again(run_job, upload, exported, db):
    Job.objects.filter(module_name__startswith="jobs.").exclude(job_class_name__in=OWN).update(enabled=False)
    run = run_job(ApplyAutomationManifest, {"shipped": True, "dryrun": False})
    assert run.status == "SUCCESS", (run.messages(), run.exception)
    assert ObjectPermission.objects.get(name="Jobs: run audits").groups.count() == 3
    assert not job("HelloWorld").enabled
    assert job("CablingAudit").enabled
    for inputs in ({"shipped": True}, {"manifest_file": upload(exported())}):
        again = run_job(ApplyAutomationManifest, {**inputs, "dryrun": False})
        assert (again.status, again.result["changes"]) == ("SUCCESS", 0), again.messages()


def test_every_job_is_in_a_tier():
    """A folder is in the shipped manifest as it is, and the headings of its Jobs are in its permissions."""
    headings = {
        path.split(".")[1]: sys.modules[each.__module__].name
        for path, each in registry["jobs"].items()
        if path.startswith("jobs.") and not path.startswith("jobs.examples.")
    }
    text = SHIPPED.read_text()
    assert [folder for folder in headings if f'".{folder}.*": {{enabled: true}}' not in text] == []
    assert [heading for heading in headings.values() if heading not in text] == []


# Everything that a manifest can say


def test_everything_is_created_and_comes_back(ours, applied, comes_back):
    with comes_back() as change:
        change.run = applied(EVERYTHING)
        audit = job("CablingAudit")
        assert (audit.grouping, audit.name, audit.hidden, audit.time_limit) == ("Ours", "Cables", False, 200.5)
        assert (audit.default_job_queue.name, audit.is_singleton) == ("audits", True)
        assert job("RackAudit").hidden
        assert JobQueue.objects.get(name="audits").tenant.name == "Ours"
        permission = ObjectPermission.objects.get(name="Run")
        assert (permission.actions, permission.constraints) == (["view", "run"], {"grouping": "Ours"})
        assert [*permission.groups.values_list("name", flat=True)] == ["Ours"]
        assert [*permission.users.values_list("username", flat=True)] == ["superuser"]
        button, hook = JobButton.objects.get(name="What"), JobHook.objects.get(name="Serials")
        assert (button.weight, button.button_class, button.confirmation) == (5, "info", False)
        assert (hook.type_create, hook.type_update, hook.type_delete) == (True, True, False)
        assert CustomLink.objects.get(name="Here").target_url.endswith(f"?locations={ours.site.pk}&fail_at=high")
        nightly, weekly = ScheduledJob.objects.get(name="Nightly"), ScheduledJob.objects.get(name="Weekly")
        assert (nightly.crontab, str(nightly.time_zone), nightly.enabled) == ("0 3 * * *", "Europe/Amsterdam", True)
        assert nightly.kwargs["locations"] == [str(ours.site.pk)]
        assert (nightly.user.username, nightly.celery_kwargs["queue"]) == ("superuser", "audits")
        assert (nightly.celery_kwargs["time_limit"], nightly.celery_kwargs["nautobot_job_profile"]) == (200.5, True)
        assert f"{weekly.start_time.astimezone(weekly.time_zone):%A %H:%M}" == "Monday 04:30"
        assert weekly.start_time > weekly.date_changed


def test_a_dry_run_changes_nothing(ours, apply, rows):
    before = rows()
    first, second = apply(EVERYTHING, dryrun=True), apply(EVERYTHING, dryrun=True)
    assert first.status == "SUCCESS", first.messages()
    assert first.result["changes"] > 10
    assert first.result["fingerprint"] == second.result["fingerprint"]
    assert rows() == before


def test_everything_is_changed_and_comes_back(ours, applied, comes_back):
    applied(EVERYTHING)
    ScheduledJob.objects.filter(name="Nightly").update(total_run_count=12)
    with comes_back() as change:
        change.run = applied(CHANGED)
        audit = job("CablingAudit")
        assert (audit.grouping, audit.name, audit.hidden, audit.name_override) == (
            "Ours",
            "Cabling audit",
            False,
            False,
        )
        assert (audit.default_job_queue.name, audit.default_job_queue_override) == ("default", False)
        assert [queue.name for queue in audit.job_queues.all()] == ["default"]
        permission = ObjectPermission.objects.get(name="Run")
        assert (permission.enabled, permission.constraints, permission.groups.count()) == (False, None, 0)
        assert permission.users.count() == 1  # not told
        assert CustomLink.objects.get(name="Here").target_url.endswith("?everything=True")
        schedule = ScheduledJob.objects.get(name="Nightly")
        assert (schedule.interval, schedule.total_run_count) == ("hourly", 0)
        assert "12 runs" in schedule.description
        assert ScheduledJob.objects.filter(name="Weekly").exists()
        assert any("“Prune”" in message for message in change.run.messages("info"))


def test_pruning_removes_what_the_manifest_owns_and_comes_back(ours, applied, comes_back):
    JobQueue(name="theirs", queue_type="celery").validated_save()
    applied(EVERYTHING)
    applied("job_queues: {theirs: {}}")
    nightly = ScheduledJob.objects.get(name="Nightly")
    result = JobResult.objects.create(name="Last night", scheduled_job=nightly)
    with comes_back() as change:
        change.run = applied("groups: [Theirs]", prune=True)
        assert not ScheduledJob.objects.filter(name__in=["Nightly", "Weekly"]).exists()
        assert not JobButton.objects.filter(name="What").exists()
        assert not JobHook.objects.filter(name="Serials").exists()
        assert not CustomLink.objects.filter(name="Here").exists()
        assert not ObjectPermission.objects.filter(name="Run").exists()
        assert [*Group.objects.filter(name__in=["Ours", "Theirs"]).values_list("name", flat=True)] == ["Theirs"]
        assert [*JobQueue.objects.filter(name__in=["audits", "theirs"]).values_list("name", flat=True)] == ["theirs"]
        audit = job("CablingAudit")
        assert (audit.enabled, audit.name, audit.grouping, audit.hidden) == (False, "Cabling audit", "Audits", False)
        assert owned() == {"groups": ["Theirs"]}
    result.refresh_from_db()
    assert result.scheduled_job == nightly


def test_what_was_there_is_owned_when_it_is_adopted(applied, db):
    Group.objects.create(name="Old")
    applied("groups: [Old, New]")
    assert owned() == {"groups": ["New"]}
    applied("groups: [Old, New]", adopt=True)
    assert owned() == {"groups": ["New", "Old"]}
    applied("job_queues: {}", prune=True)
    assert not Group.objects.filter(name__in=["Old", "New"]).exists()


def test_two_manifests_leave_each_other_alone(applied, run_job, upload, db):
    applied("groups: [Ours]")
    run_job(ApplyAutomationManifest, {"manifest_file": upload("manifest: other\ngroups: [Theirs]"), "dryrun": False})
    run = run_job(ApplyAutomationManifest, {"manifest_file": upload("manifest: other"), "prune": True, "dryrun": False})
    assert run.result["deleted"] == 1
    assert Group.objects.filter(name="Ours").exists()


def test_what_stands_on_a_job_that_is_enabled_along_with_it(applied, comes_back, db):
    Job.objects.filter(job_class_name__in=["WhatUsesThis", "NormalizeSerial", "CablingAudit"]).update(enabled=False)
    with comes_back() as change:
        change.run = applied(
            'jobs: {".examples.*": {enabled: true}, ".audits.cabling.*": {enabled: true}}\n'
            "job_buttons: {B: {job: .examples.button.WhatUsesThis, object_types: [dcim.rack], text: x}}\n"
            "job_hooks: {H: {job: .examples.hook.NormalizeSerial, object_types: [dcim.rack], actions: [create]}}\n"
            f"{SCHEDULE}"
        )


def test_later_entries_win_and_patterns_may_fit_nothing(apply, db):
    run = apply(
        'jobs:\n  ".audits.[rc]a*": {hidden: true}\n  .audits.racks.*: {hidden: null}\n  "*.none.*": {enabled: true}'
    )
    assert run.status == "SUCCESS", run.messages()
    assert [job(name).hidden for name in ("RackAudit", "CablingAudit", "RenameByTemplate")] == [False, True, False]
    assert any("fits no Job" in message for message in run.messages("info"))


def test_approval_workflows(ours, applied, refused, comes_back):
    if not HAS_APPROVALS:
        assert "approval workflows came with Nautobot 3.0" in refused(f"groups: [Ours, Theirs]{APPROVALS}")
        return
    applied(f"groups: [Ours, Theirs]{APPROVALS}")
    definitions, stages = approval_models()
    assert [*stages.objects.filter(approval_workflow_definition__name="Four eyes").values_list("name", "sequence")] == [
        ("Peer", 1),
        ("Boss", 2),
    ]
    with comes_back() as change:  # the other way round, one less, one more
        reordered = APPROVALS.replace("{name: Boss, group: Theirs}", "{name: Peer, group: Ours}").replace(
            "{name: Peer, group: Ours, approvers: 1, denial_message: No}", "{name: Boss, group: Theirs, approvers: 2}"
        )
        change.run = applied(reordered + "      - {name: Last, group: Ours}\n")
        assert [
            *stages.objects.filter(approval_workflow_definition__name="Four eyes").values_list("name", flat=True)
        ] == ["Boss", "Peer", "Last"]
    with comes_back() as change:
        change.run = applied("groups: [Ours, Theirs]", prune=True)
        assert not definitions.objects.filter(name="Four eyes").exists()


def test_a_schedule_waits_for_approval(ours, applied, comes_back):
    if not HAS_APPROVALS:
        Job.objects.filter(job_class_name="CablingAudit").update(
            approval_required=True, approval_required_override=True
        )
        applied(SCHEDULE)
        assert standing(ScheduledJob.objects.get(name="Nightly")) == "waits for approval"
        return
    definition = f"groups: [Ours, Theirs]{APPROVALS.replace('Nobody', 'Audits')}\n"
    with comes_back() as change:
        change.run = applied(definition + SCHEDULE)
        schedule = ScheduledJob.objects.get(name="Nightly")
        assert (standing(schedule), schedule.associated_approval_workflows.count()) == ("waits for approval", 1)
    applied(definition + SCHEDULE)
    with comes_back() as change:
        change.run = applied(definition + SCHEDULE.replace("0 3", "0 4"))
        new = ScheduledJob.objects.get(name="Nightly")
        assert (standing(new), new.associated_approval_workflows.count()) == ("waits for approval", 1)


SCHEDULE = """
schedules:
  Nightly: {job: .audits.cabling.CablingAudit, interval: custom, crontab: 0 3 * * *, inputs: {everything: true}}
"""


def test_a_schedule_that_lost_its_owner_or_was_switched_off_is_made_anew(apply, applied, db, superuser, make_user):
    applied(SCHEDULE)
    for values, told in (({"user": None}, "its owner is gone"), ({"enabled": False}, "it is switched off")):
        ScheduledJob.objects.filter(name="Nightly").update(**values)
        applied(SCHEDULE)
        schedule = ScheduledJob.objects.get(name="Nightly")
        assert (schedule.user, schedule.enabled) == (superuser, True)
        assert told in schedule.description
    ScheduledJob.objects.filter(name="Nightly").update(user=make_user("other"))
    assert apply(SCHEDULE).result["changes"] == 0  # who owns it stays the owner
    run = apply(SCHEDULE.replace("0 3", "0 4"))
    assert any("has run as other; it will run as you" in message for message in run.messages("info"))
    assert ScheduledJob.objects.get(name="Nightly").description.count("made anew") == 3


# What is wrong is told with line and path, all at once


def test_every_error_with_line_and_path(refused, db):
    told = refused(
        "jobs:\n  .a.B: {enable: true}\nschedules:\n  S: {job: x, interval: daily}\ngroups: Ours\nmore: 1\n"
        "permissions:\n  P: {object_types: [Job], actions: []}"
    )
    for place in (
        "line 3, jobs..a.B.enable: there is no enable here.",
        "line 5, schedules.S: start is missing.",
        'line 5, schedules.S.job: "x" is not understood.',
        'line 6, groups: "Ours" is no list.',
        "line 7, more: there is no more here.",
        "line 9, permissions.P.actions:",
        'line 9, permissions.P.object_types[0]: "Job" is not understood.',
    ):
        assert f"automation.yml, {place}" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("jobs: {.audits.none.Audit: {enabled: true}}", "line 2, jobs..audits.none.Audit: there is no Job jobs.audits.none"),
        ("jobs: {.audits.racks.RackAudit: {job_queues: [x]}}", "job_queues: there is no job queue x"),
        ("jobs: {.audits.racks.RackAudit: {default_job_queue: x}}", "default_job_queue needs job_queues"),
        ("job_queues: {a: {tenant: None of us}}", "a.tenant: there is no tenant"),
        ("permissions: {P: {object_types: [extras.job], actions: [view], groups: [x]}}", "groups[0]: there is no group x"),
        ("permissions: {P: {object_types: [extras.job], actions: [view], users: [x]}}", "users[0]: there is no user x"),
        (
            "permissions: {P: {object_types: [extras.job], actions: [view], constraints: {nothing: 1}}}",
            "P.constraints: extras.job cannot be filtered so",
        ),
        ("permissions: {P: {object_types: [auth.permission], actions: [view]}}", "auth.permission is no object type"),
        ("job_buttons: {B: {job: .examples.hook.NormalizeSerial, object_types: [dcim.rack], text: x}}", "is no Job that buttons"),
        ("job_hooks: {H: {job: .examples.button.WhatUsesThis, object_types: [dcim.rack], actions: [create]}}", "is no Job that hooks"),
        (SCHEDULE.replace("0 3", "0 99"), "Nightly.crontab: 0 99 * * * is no crontab"),
        (SCHEDULE.replace("everything: true", "locations: [Nowhere]"), "inputs.locations[0]: there is no location Nowhere"),
        (SCHEDULE.replace("everything: true", "everywhere: true"), "inputs.everywhere: the Job has no variable everywhere"),
        (SCHEDULE.replace("everything: true", "fail_at: never ever"), "inputs.fail_at: Select a valid choice"),
        (SCHEDULE.replace("everything: true", "waivers: x"), "inputs.waivers: files cannot be kept"),
        (SCHEDULE.replace("inputs", "time_zone: Mars, inputs"), "time_zone: there is no time zone Mars"),
        (SCHEDULE.replace("inputs", "job_queue: x, inputs"), "job_queue: jobs.audits.cabling.CablingAudit does not run on x"),
        (f"jobs: {{.audits.cabling.CablingAudit: {{enabled: false}}}}{SCHEDULE}", "is not enabled"),
        (f"jobs: {{.audits.cabling.CablingAudit: {{has_sensitive_variables: true}}}}{SCHEDULE}", "has sensitive variables"),
        (SCHEDULE.replace("audits.cabling.CablingAudit", "examples.hook.NormalizeSerial"), "is started by a hook or a button"),
        ("groups: [&a x, *a]", "aliases"),
        ("groups: [!!python/name:os.system x]", "tags"),
        ("groups: [a\n", "not YAML"),
    ],
)  # fmt: skip
def test_bad_manifests(refused, db, text, told):
    assert told in refused(text)


def test_hooks_that_would_run_twice(refused, applied, db):
    hook = "{job: .examples.hook.NormalizeSerial, object_types: [dcim.device], actions: [update]}"
    applied(f"job_hooks: {{A: {hook}}}")
    assert "job_hooks.B: the job hook A starts the same Job on update" in refused(f"job_hooks: {{B: {hook}}}")


@pytest.mark.parametrize("inputs", [{}, {"shipped": True, "manifest_file": "manifest: test"}])
def test_one_source_has_to_be_chosen(run_job, upload, db, inputs):
    inputs = {name: upload(value) if name == "manifest_file" else value for name, value in inputs.items()}
    run = run_job(ApplyAutomationManifest, {**inputs, "dryrun": False})
    assert (run.status, run.exception) == ("FAILURE", None)
    assert "Choose one" in run.result["refused"]


def test_watching_fails_if_something_differs(apply, db):
    assert apply("groups: [Ours]", watch=True, dryrun=True).status == "FAILURE"
    assert apply("groups: [Ours]", watch=True).status == "SUCCESS"
    assert apply("groups: [Ours]", watch=True, dryrun=True).status == "SUCCESS"


def test_manifests_of_the_documentation(apply, lab, superuser):
    page = Path(__file__).parents[2] / "docs/admin/automation.md"
    blocks = re.findall(r"^```yaml\nmanifest: \S+\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 3
    GitRepository.objects.create(name="Nautobot configuration", slug="configuration", remote_url="http://example.com/x")
    for block in blocks:
        run = apply(block, dryrun=True)
        assert run.status == "SUCCESS", run.messages("failure")
        assert run.result["changes"] > 1


def test_a_manifest_that_declares_nothing(applied, db):
    assert applied("").result["changes"] == 0


# Nobody reaches what their permissions do not

VIEW = dict.fromkeys(["extras.view_job", "extras.view_metadatatype", "extras.view_objectmetadata"])
MARK = dict.fromkeys(["extras.add_metadatatype", "extras.add_objectmetadata", "extras.change_objectmetadata"])


def test_who_may_not_look_is_told(refused, make_user):
    assert "extras.view_job" in refused("groups: [x]", user=make_user())


def test_jobs_as_far_as_the_user_may_change_them(refused, apply, make_user):
    user = make_user(permissions={**VIEW, **MARK, "extras.change_job": {"grouping": "Audits"}})
    assert apply("jobs: {.audits.racks.RackAudit: {hidden: true}}", user=user).status == "SUCCESS"
    assert "extras.change_job is needed" in refused(
        "jobs: {.changes.rename.RenameByTemplate: {hidden: true}}", user=user
    )
    assert "does not cover what it would become" in refused(
        "jobs: {.audits.racks.RackAudit: {grouping: Mine}}", user=user
    )


def test_permissions_as_far_as_the_user_may_grant_them(refused, apply, make_user):
    allowed = dict.fromkeys(["auth.view_group", "users.view_objectpermission"])
    names = {"users.add_objectpermission": {"name__startswith": "Jobs"}}
    grant = "permissions: {%s: {object_types: [dcim.device], actions: [delete], groups: [Ours]}}"
    group = Group.objects.create(name="Ours")
    nobody = make_user("nobody", {**VIEW, **MARK, **allowed})
    assert "users.add_objectpermission" in refused(grant % "Jobs x", user=nobody)
    user = make_user("some", {**VIEW, **MARK, **allowed, **names})
    assert "does not cover what it would become" in refused(grant % "Everything", user=user)
    blind = make_user("blind", {**VIEW, **MARK, "users.view_objectpermission": None, **names})
    assert "there is no group Ours that you may view" in refused(grant % "Jobs x", user=blind)
    assert apply(grant % "Jobs x", user=user).status == "SUCCESS"
    assert ObjectPermission.objects.get(name="Jobs x").groups.get() == group


def test_schedules_as_far_as_the_user_may_run(refused, apply, make_user, lab):
    schedule = dict.fromkeys(["extras.view_scheduledjob", "extras.add_scheduledjob"])
    run = {"extras.run_job": {"grouping": "Changes"}}
    assert "extras.run_job on the Job" in refused(SCHEDULE, user=make_user("a", {**VIEW, **MARK, **schedule, **run}))
    run = {"extras.run_job": {"grouping": "Audits"}, "dcim.view_location": {"name": "EMEA"}}
    user = make_user("b", {**VIEW, **MARK, **schedule, **run})
    assert "there is no location AMS01" in refused(
        SCHEDULE.replace("everything: true", "locations: [AMS01]"), user=user
    )
    assert apply(SCHEDULE.replace("everything: true", "locations: [EMEA]"), user=user).status == "SUCCESS"
    assert ScheduledJob.objects.get(name="Nightly").user == user


def test_pruning_takes_the_permission_to_delete(refused, apply, make_user):
    user = make_user(permissions={**VIEW, **MARK, **dict.fromkeys(["auth.view_group", "auth.add_group"])})
    assert apply("groups: [Ours]", user=user).status == "SUCCESS"
    assert "auth.delete_group" in refused("", prune=True, user=user)


# A Git repository


@pytest.fixture
def repository(working_tree, superuser):
    """A Git repository that provides nothing but files, synced by another worker: there is no clone here."""
    found = GitRepository.objects.create(name="Files", slug="files", remote_url=working_tree, provided_contents=[])
    ensure_git_repository(found)
    shutil.rmtree(found.filesystem_path)
    return found


def test_a_file_of_a_synced_repository(run_job, repository, make_user):
    inputs = {"repository": repository, "path": "jobs/automation/manifest.yml", "dryrun": False}
    run = run_job(ApplyAutomationManifest, inputs, user=make_user(permissions=VIEW))
    assert (run.status, "extras.view_gitrepository" in run.result["refused"]) == ("FAILURE", True)
    run = run_job(ApplyAutomationManifest, {**inputs, "path": "../files/jobs/automation/manifest.yml"})
    assert (run.status, run.exception, run.result["refused"][:5]) == ("FAILURE", None, "Path:")
    run = run_job(ApplyAutomationManifest, inputs)
    assert (run.status, run.result["created"]) == ("SUCCESS", 13), (run.messages(), run.exception)
    assert f"at {repository.current_head[:12]}" in json.loads(run.files["plan.json"])["request"]
    GitRepository.objects.filter(pk=repository.pk).update(current_head="")
    run = run_job(ApplyAutomationManifest, inputs)
    assert "has never been synced" in run.result["refused"]


def test_a_repository_that_cannot_be_fetched(run_job, db):
    found = GitRepository.objects.create(
        name="Gone", slug="gone", remote_url="http://127.0.0.1:9/gone", current_head="a" * 40, provided_contents=[]
    )
    run = run_job(ApplyAutomationManifest, {"repository": found, "path": "automation.yml", "dryrun": False})
    assert (run.status, run.exception) == ("FAILURE", None)
    assert "cannot fetch the commit aaaaaaaaaaaa" in run.result["refused"]


def test_under_any_slug(run_job, synced_repository):
    assert synced_repository("any_slug").ok
    Job.objects.filter(module_name__startswith="any_slug.jobs.automation").update(enabled=True)
    run = run_job("any_slug.jobs.automation.apply_manifest.ApplyAutomationManifest", {"shipped": True, "dryrun": True})
    assert run.status == "SUCCESS", (run.messages(), run.exception)
    planned = {each["pk"] for each in json.loads(run.files["plan.json"])["changes"] if each["model"] == "extras.job"}
    there = Job.objects.filter(module_name__startswith="any_slug.jobs.", enabled=False)
    there = there.exclude(module_name__startswith="any_slug.jobs.examples")
    assert planned == {str(pk) for pk in there.values_list("pk", flat=True)}


# The schema is what the code understands


def test_the_schema_says_all_that_the_code_understands():
    schema = json.loads(SCHEMA.read_text())
    Draft7Validator.check_schema(schema)
    known = {"approval_required", "console_log_default", "console_log"}  # by version
    text = EVERYTHING + APPROVALS
    names = {name for kind in schema["definitions"].values() for name in kind.get("properties", ())}
    assert [name for name in sorted(names - known) if f"{name}:" not in text] == []
    assert set(OVERRIDABLE) <= set(schema["definitions"]["job"]["properties"])
    assert [name for name in schema["properties"] if f"{name}:" not in f"manifest:{text}"] == []


# It asks as often for many objects as for few


def test_number_of_queries_is_constant(apply, db):
    def many(count):
        names = [f"n{number:03}" for number in range(count)]
        kinds = [f"{each.app_label}.{each.model}" for each in ChangeLoggedModelsQuery().as_queryset()][:count]
        hook = "{job: .examples.hook.NormalizeSerial, actions: [update], object_types: [%s]}"
        return "\n".join(
            [
                "job_queues:",
                *(f"  {name}: {{}}" for name in names),
                f"groups: [{', '.join(names)}]",
                "permissions:",
                *(f"  {name}: {{object_types: [extras.job], actions: [run], groups: [{name}]}}" for name in names),
                "job_hooks:",
                *(f"  {name}: {hook % kind}" for name, kind in zip(names, kinds, strict=False)),
                "schedules:",
                *(
                    f"  {name}: {{job: .audits.racks.RackAudit, interval: daily, start: '2024-01-01 03:00'}}"
                    for name in names
                ),
            ]
        )

    counts = []
    for count in (2, 8):
        assert apply(many(count)).status == "SUCCESS"
        again = apply(many(count))
        assert again.result["changes"] == 0
        counts.append(again.query_count)
    assert counts[0] == counts[1]
