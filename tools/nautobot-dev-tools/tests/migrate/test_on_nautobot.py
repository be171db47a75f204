"""Jobs of 1.x, migrated and then run: on a real Nautobot they do what they did."""

import importlib
import sys

import pytest
from migrating import migrated
from nautobot_dev_tools.migrate.transformations import TRANSFORMATIONS

TEXT = """
from nautobot.extras.jobs import BooleanVar, Job, StringVar
from nautobot.extras.models import Tag


class Writes(Job):
    tag = StringVar()
    fails = BooleanVar(default=False)
    early = BooleanVar(default=False)

    class Meta:
        commit_default = False
        has_sensitive_variables = False

    def run(self, data, commit):
        tag = Tag(name=data["tag"])
        tag.save()
        self.log_success(tag, "Made")
        if data["fails"]:
            self.log_failure(message="Bad")
        if data["early"]: return "early"
        if not commit:
            self.log_info("Nothing stays")
        return self.text(data)

    def text(self, data):
        return f"{data['tag']} by {self.request.user.username}"


class Reads(Job):
    class Meta:
        read_only = True
        has_sensitive_variables = False

    def run(self, data, commit):
        Tag.objects.create(name="never")
        return Tag.objects.count()


class Reports(Job):
    class Meta:
        has_sensitive_variables = False

    def test_b(self):
        self.log_info("second")

    def test_a(self):
        self.log_info("first")

    def post_run(self):
        self.log_info("last")
"""


@pytest.fixture
def jobs(db, monkeypatch, write):
    """The migrated module, imported: its classes are registered, and their records enabled."""
    from nautobot.extras.models import Job, JobQueue
    from nautobot.extras.registry import registry
    from nautobot.extras.utils import refresh_job_model_from_job_class

    outcome = migrated({"migrated_example.py": TEXT}, *TRANSFORMATIONS).outcomes["migrated_example.py"]
    assert not outcome.todos
    monkeypatch.syspath_prepend(write({"migrated_example.py": outcome.after}))
    monkeypatch.delitem(sys.modules, "migrated_example", raising=False)
    module = importlib.import_module("migrated_example")
    for name in ("Writes", "Reads", "Reports"):
        record, _ = refresh_job_model_from_job_class(Job, getattr(module, name), JobQueue)
        record.enabled = True
        record.save()
    yield module
    for name in ("Writes", "Reads", "Reports"):
        registry["jobs"].pop(getattr(module, name).class_path)


def messages(run):
    return [(each.log_level, each.message) for each in run.logs if each.grouping not in ("initialization", "post_run")]


def tags():
    from nautobot.extras.models import Tag

    return set(Tag.objects.filter(name__in=["new", "never"]).values_list("name", flat=True))


def test_commit_writes(jobs, run_job):
    run = run_job(jobs.Writes, {"tag": "new", "dryrun": False})
    assert (run.status, run.result) == ("SUCCESS", "new by superuser")
    assert tags() == {"new"}
    assert ("success", "Made") in messages(run)
    assert [each.log_object for each in run.logs if each.message == "Made"] == ["new"]


@pytest.mark.parametrize("early", [False, True])
def test_without_commit_nothing_stays(jobs, run_job, early):
    run = run_job(jobs.Writes, {"tag": "new", "early": early})  # as commit_default said
    assert (run.status, run.result) == ("SUCCESS", "early" if early else "new by superuser")
    assert tags() == set()


def test_log_failure_fails_and_does_not_roll_back(jobs, run_job):
    run = run_job(jobs.Writes, {"tag": "new", "fails": True, "dryrun": False})
    assert (run.status, run.result) == ("FAILURE", "new by superuser")
    assert tags() == {"new"}
    assert ("failure", "Bad") in messages(run)


def test_read_only_rolls_back(jobs, run_job):
    assert run_job(jobs.Reads).result == 1
    assert tags() == set()


def test_reports(jobs, run_job):
    run = run_job(jobs.Reports)
    assert run.status == "SUCCESS"
    assert [(each.grouping, each.message) for each in run.logs if each.message in ("first", "second", "last")] == [
        ("test_a", "first"),
        ("test_b", "second"),
        ("after_return", "last"),
    ]
