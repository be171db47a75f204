"""Retention: what goes, what stays, and what is left when something ends it."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError
from django.utils import timezone
from nautobot.dcim.models import Device, Location
from nautobot.extras.models import FileAttachment, FileProxy, JobLogEntry, JobResult, ObjectChange, ScheduledJob

from jobs.automation import retention_delete
from jobs.automation.retention import Retention

ALL = ["job_results", "log_entries", "files", "orphaned_files", "change_log"]
DELETE = {"kinds": ALL, "days": 30, "keep_last": 0, "dryrun": False}
PERMISSIONS = (
    "extras.delete_jobresult",
    "extras.delete_joblogentry",
    "extras.delete_fileproxy",
    "extras.delete_objectchange",
)


def old(record, days, field):
    type(record).objects.filter(pk=record.pk).update(**{field: timezone.now() - timedelta(days=days)})
    return record


@pytest.fixture
def make_result(db):
    """A function that makes a result of so many days ago, with so many log entries, and files of these names."""

    def run(task="jobs.examples.hello_world.HelloWorld", status="SUCCESS", *, days=40, logs=0, files=(), **values):
        result = old(
            JobResult.objects.create(name=task or "none", task_name=task, status=status, **values), days, "date_created"
        )
        for index in range(logs):
            entry = JobLogEntry.objects.create(
                job_result=result, message="x" * 10, log_level=("info", "warning")[index % 2]
            )
            old(entry, days, "created")
        for name in files:
            old(make_file(name, result), days, "uploaded_at")
        return result

    return run


def make_file(name, result=None, content=b"content"):
    return FileProxy.objects.create(name=name, file=ContentFile(content, name=name), job_result=result)


@pytest.fixture
def make_change(db):
    def run(model=Device, days=40):
        entry = ObjectChange.objects.create(
            user_name="a",
            request_id=uuid4(),
            action="update",
            changed_object_type=ContentType.objects.get_for_model(model),
            changed_object_id=uuid4(),
            object_repr="device",
            object_data={"a": 1},
        )
        return old(entry, days, "time")

    return run


@pytest.fixture
def retain(run_job):
    """A function that runs it, without a dry run, on all kinds, 30 days, or by a policy."""

    def run(policy=None, user=None, **inputs):
        upload = {"policy": SimpleUploadedFile("policy.yml", policy.encode())} if policy else {}
        return run_job(Retention, {**DELETE, **upload, **inputs}, user=user)

    return run


def left(*results):
    return [result for result in results if JobResult.objects.filter(pk=result.pk).exists()]


def test_deletes_what_is_old(retain, make_result, make_change):
    gone = make_result(logs=3, files=["report.html"])
    stays = make_result(days=20, logs=2, files=["report.html"])
    change, young = make_change(), make_change(days=20)
    run = retain()
    assert (run.status, run.result["finished"], run.result["protected"]) == ("SUCCESS", True, 0)
    assert run.result["deleted"] == run.result["planned"]
    assert (run.result["deleted"]["job_results"], run.result["deleted"]["change_log"]) == (1, 1)
    assert left(gone, stays) == [stays]
    assert not JobLogEntry.objects.filter(job_result=gone.pk).exists()
    assert JobLogEntry.objects.filter(job_result=stays).count() == 2
    assert [file.name for file in stays.files.all()] == ["report.html"]
    assert list(ObjectChange.objects.filter(pk__in=[change.pk, young.pk])) == [young]
    # Its own files apart: the content of what went is gone, that of what stayed is there.
    names = set(FileProxy.objects.values_list("file", flat=True))
    assert set(FileAttachment.objects.values_list("filename", flat=True)) == names


def test_second_run_finds_nothing(retain, make_result):
    make_result(logs=1)
    assert retain().result["deleted"]["job_results"] == 1
    again = retain()
    assert set(again.result["deleted"].values()) == {0}
    assert again.result["bytes"] == 0


def test_dry_run_tells_the_same_and_deletes_nothing(retain, make_result, make_change):
    make_result(logs=2, files=["a.csv"])
    make_result("jobs.other.Other", "FAILURE")
    make_change()
    before = [list(model.objects.values_list("pk")) for model in (JobResult, JobLogEntry, FileProxy, ObjectChange)]
    dry = retain(dryrun=True)
    assert [
        [pk for pk in model.objects.values_list("pk") if pk in keys]
        for model, keys in zip((JobResult, JobLogEntry, FileProxy, ObjectChange), before, strict=True)
    ] == before
    assert set(dry.result["deleted"].values()) == {0}
    assert dry.result["bytes"] > 0
    rows = list(csv.DictReader(io.StringIO(dry.files["retention.csv"].decode())))
    assert {(row["what"], row["of"], row["status or level"], row["number"]) for row in rows} >= {
        ("job results", "jobs.other.Other", "FAILURE", "1"),
        ("log entries of these results", "jobs.examples.hello_world.HelloWorld", "", "2"),
        ("files of these results", "jobs.examples.hello_world.HelloWorld", "", "1"),
        ("entries of the change log", "dcim.device", "", "1"),
    }
    sizes = {row["what"]: int(row["bytes"]) for row in rows}
    assert sizes["log entries of these results"] == 20
    assert sizes["files of these results"] >= len(b"content")
    assert dry.result["bytes"] == sum(int(row["bytes"]) for row in rows)
    assert retain().result["planned"] == dry.result["planned"]


def test_dry_run_is_the_default(run_job, make_result):
    result = make_result(days=400)
    run_job(Retention, {"keep_last": 0})
    assert left(result)


@pytest.mark.parametrize("status", ["PENDING", "STARTED", "RECEIVED", "RETRY"])
def test_what_has_not_ended_stays(retain, make_result, status):
    result = make_result(status=status, logs=1, files=["a.csv"])
    retain()
    assert left(result)
    assert (result.job_log_entries.count(), result.files.count()) == (1, 1)


def test_undo_files_stay_unless_asked(retain, make_result):
    result = make_result(files=["undo.json", "plan.html"])
    retain()
    assert left(result)
    assert [file.name for file in result.files.all()] == ["undo.json"]
    retain(undo_files=True)
    assert not left(result)


def test_last_result_of_a_schedule_stays(retain, make_result, superuser):
    schedule = ScheduledJob.objects.create(
        name="nightly", task="a.b.C", interval="daily", start_time=timezone.now(), user=superuser
    )
    earlier, last = (make_result(days=days, scheduled_job=schedule) for days in (50, 40))
    retain()
    assert left(earlier, last) == [last]


def test_last_ones_of_each_job_stay(retain, make_result):
    ours = [make_result(days=days) for days in (60, 50, 40)]
    other = make_result("jobs.other.Other", "FAILURE")
    retain(keep_last=2)
    assert left(*ours, other) == [*ours[1:], other]


def test_policy_by_job_and_status(retain, make_result):
    audit = make_result("jobs.audits.racks.RackAudit")
    failed = make_result("jobs.audits.racks.RackAudit", "FAILURE")
    change = make_result("jobs.changes.rename.RenameByTemplate")
    nameless = make_result(None)
    run = retain(
        """
job_results:
  - {jobs: ["jobs.changes.*"], keep_days: forever}
  - {jobs: ["jobs.audits.*"], statuses: [FAILURE], keep_days: 50}
  - {keep_days: 35}
"""
    )
    assert left(audit, failed, change, nameless) == [failed, change]
    assert run.result["deleted"] == {"job_results": 2}


def test_policy_for_logs_files_and_changes(retain, make_result, make_change):
    result = make_result(logs=4, files=["a.csv", "report.html", "a+csv"])
    change, other = make_change(), make_change(Location)
    run = retain(
        """
log_entries: [{levels: [info], keep_days: 30}]
files: [{names: ["*.csv"], keep_days: 30}]
change_log: [{models: ["dcim.dev*"], keep_days: 30}]
"""
    )
    assert run.result["deleted"] == {"log_entries": 2, "files": 1, "change_log": 1}
    assert left(result)
    assert set(result.job_log_entries.values_list("log_level", flat=True)) == {"warning"}
    assert sorted(file.name for file in result.files.all()) == ["a+csv", "report.html"]
    assert list(ObjectChange.objects.filter(pk__in=[change.pk, other.pk])) == [other]


def test_orphans(retain, superuser):
    gone, young = old(make_file("gone.csv"), 40, "uploaded_at"), make_file("young.csv")
    scheduled, waiting = (old(make_file(f"{name}.csv"), 40, "uploaded_at") for name in ("scheduled", "waiting"))
    ScheduledJob.objects.create(
        name="later",
        task="a.b.C",
        interval="future",
        start_time=timezone.now() + timedelta(days=9),
        user=superuser,
        kwargs={"list": str(scheduled.pk)},
    )
    JobResult.objects.create(name="x", task_name="x", status="PENDING", task_kwargs={"list": str(waiting.pk)})
    lost = FileAttachment.objects.create(bytes=b"x" * 100, filename="lost", mimetype="text/plain")
    run = retain(kinds=["orphaned_files"])
    assert run.result["deleted"] == {"orphaned_files": 2}
    assert set(FileProxy.objects.filter(job_result=None)) == {young, scheduled, waiting}
    assert not FileProxy.objects.filter(pk=gone.pk).exists()
    assert not FileAttachment.objects.filter(pk=lost.pk).exists()
    assert young.file.read() == b"content"


def test_contents_elsewhere_go_as_well(retain, make_result, tmp_path, monkeypatch):
    storage = FileSystemStorage(location=tmp_path)
    monkeypatch.setattr(FileProxy._meta.get_field("file"), "storage", storage)
    gone = make_result()
    FileProxy.objects.bulk_create([FileProxy(name="a", file=storage.save("a", ContentFile(b"a")), job_result=gone)])
    storage.save("b", ContentFile(b"b"))
    monkeypatch.setattr("nautobot.extras.models.models._job_storage", lambda: storage)
    monkeypatch.setattr("jobs.automation.retention_plan.stored_in_database", lambda: False)
    retention_delete._delete_results([gone.pk])
    assert not left(gone)
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_works_through_many_in_batches(retain, make_result):
    results = [make_result(days=40 + index % 3, logs=1) for index in range(25)]
    assert retain(batch=10).result["deleted"]["job_results"] == 25
    assert left(*results) == []


def test_time_is_over_and_the_next_run_goes_on(retain, make_result, monkeypatch):
    for _ in range(25):
        make_result(logs=1)
    really, calls = retention_delete._delete_results, []

    def twice(keys):
        calls.append(keys)
        if len(calls) > 2:
            raise SoftTimeLimitExceeded
        return really(keys)

    monkeypatch.setattr(retention_delete, "_delete_results", twice)
    run = retain(batch=10)
    assert (run.status, run.exception, run.result["finished"]) == ("FAILURE", None, False)
    assert run.result["deleted"]["job_results"] == 20
    monkeypatch.setattr(retention_delete, "_delete_results", really)
    assert retain(batch=10).result["deleted"]["job_results"] == 5


def test_what_something_refers_to_stays(retain, make_result, monkeypatch):
    held, free = make_result(), make_result()
    really = retention_delete._delete_results

    def protecting(keys):
        if held.pk in keys:
            raise ProtectedError("held", {held})
        return really(keys)

    monkeypatch.setattr(retention_delete, "_delete_results", protecting)
    run = retain(kinds=["job_results"])
    assert (run.status, run.result["protected"], run.result["deleted"]) == ("SUCCESS", 1, {"job_results": 1})
    assert left(held, free) == [held]


@pytest.mark.parametrize("missing", PERMISSIONS)
def test_user_without_permission(retain, make_user, make_result, missing):
    result = make_result()
    run = retain(user=make_user(permissions=dict.fromkeys(set(PERMISSIONS) - {missing})))
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert missing in run.result["refused"]
    assert left(result)


def test_only_what_the_user_may_delete(retain, make_user, make_result, make_change):
    mine, other = make_result("jobs.mine.Mine"), make_result("jobs.other.Other")
    lost = FileAttachment.objects.create(bytes=b"x", filename="lost", mimetype="text/plain")
    orphan = old(make_file("gone.csv"), 40, "uploaded_at")
    permissions = {
        **dict.fromkeys(PERMISSIONS),
        "extras.delete_jobresult": {"task_name": "jobs.mine.Mine"},
        "extras.delete_fileproxy": {"name": "nothing"},
    }
    run = retain(user=make_user(permissions=permissions))
    assert run.status == "SUCCESS"
    assert left(mine, other) == [other]
    assert FileProxy.objects.filter(pk=orphan.pk).exists()
    assert FileAttachment.objects.filter(pk=lost.pk).exists()


def test_bad_policy(retain, make_result):
    result = make_result()
    run = retain("job_results:\n  - keep_days: soon\n")
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert "line 2" in run.result["refused"]
    assert left(result)


def test_bad_number(retain, make_result):
    result = make_result()
    run = retain(keep_last=-1)
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert "Keep last" in run.result["refused"]
    assert left(result)


def test_empty_database(retain, db):
    run = retain()
    assert (run.status, set(run.result["planned"].values())) == ("SUCCESS", {0})


def test_number_of_queries_is_constant(retain, make_result):
    def queries(number):
        for _ in range(number):
            make_result(logs=2, files=["a.csv"])
        return retain().query_count

    queries(2)
    assert queries(10) == queries(100)
