"""Preview repository update: real commits at a real server, and what hangs here on the Jobs that change."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from nautobot.extras.datasources.git import refresh_job_code_from_repository
from nautobot.extras.models import GitRepository, Job, JobButton, JobHook, JobQueue, ScheduledJob
from nautobot.users.models import ObjectPermission

from jobs.automation import preview_update
from jobs.automation.preview_update import PreviewRepositoryUpdate

NEEDED = {"extras.view_gitrepository": None, "extras.view_job": None}
FILES = {"preview.html", "preview.md", "preview.json"}
CONTENTS = """from nautobot.apps.jobs import register_jobs
from .one import {names}
register_jobs({names})
"""
ONE = '''from nautobot.apps.jobs import IntegerVar, Job, JobHookReceiver, StringVar

name = "Ours"


class One(Job):
    """One."""

    site = StringVar(required=False)
    count = IntegerVar(required=False)

    class Meta:
        name = "One"
        time_limit = 60

    def run(self, *, site="", count=1):
        pass
'''
HOOK = '''

class Two(JobHookReceiver):
    """Two."""

    def receive_job_hook(self, change, action, changed_object):
        pass
'''
BOMB = "\nraise SystemExit('executed')\nopen('/tmp/executed', 'w')\n"
OLD = {"__init__.py": "", "jobs/__init__.py": CONTENTS.format(names="One, Two"), "jobs/one.py": ONE + HOOK}
NEW = {
    "jobs/__init__.py": CONTENTS.format(names="One"),
    "jobs/one.py": ONE.replace("    site = StringVar(required=False)\n", "")
    .replace('site="", ', "")
    .replace("60", "90")
    + BOMB,
}


@pytest.fixture
def here(db):
    """A function that makes the record of the repository, synced at that commit, and records of its two Jobs."""
    queue, _ = JobQueue.objects.get_or_create(name="default", defaults={"queue_type": "celery"})

    def run(url, commit, **values):
        fields = {"name": "Ours", "slug": "ours", "branch": "main", "provided_contents": ["extras.job"], **values}
        (repository,) = GitRepository.objects.bulk_create(
            [GitRepository(remote_url=url, current_head=commit, **fields)]
        )
        jobs = Job.objects.bulk_create(
            Job(
                name=name,
                module_name="ours.jobs.one",
                job_class_name=name,
                grouping="Ours",
                installed=True,
                enabled=True,
                default_job_queue=queue,
                is_job_hook_receiver=name == "Two",
            )
            for name in ("One", "Two")
        )
        return repository, *jobs

    yield run
    # Nautobot has cloned it, and loaded what it had, when a Job started.
    refresh_job_code_from_repository("ours", skip_reimport=True)
    shutil.rmtree(Path(settings.GIT_ROOT, "ours"), ignore_errors=True)


@pytest.fixture
def schedule(superuser):
    def run(job, name, **kwargs):
        (made,) = ScheduledJob.objects.bulk_create(
            [
                ScheduledJob(
                    name=name,
                    task=job.class_path,
                    job_model=job,
                    interval="daily",
                    start_time=timezone.now(),
                    user=superuser,
                    kwargs=kwargs,
                )
            ]
        )
        return made

    return run


def told(run):
    (report,) = json.loads(run.files["preview.json"])
    return {change["id"]: change for change in report["changes"]}


def touched(run):
    return {(each["what"], each["which"]) for change in told(run).values() for each in change["touched"]}


def test_what_a_sync_would_break_here(run_job, served, here, schedule):
    base, head = served.commit(OLD), served.commit(NEW)
    with served.serve() as (url, _):
        repository, one, two = here(url, base)
        schedule(one, "with a site", site="AMS01")
        schedule(one, "without", count=2)
        JobHook.objects.create(name="on change", job=two)
        permission = ObjectPermission.objects.create(
            name="run Two", actions=["run"], constraints={"job_class_name": "Two", "enabled": True}
        )
        permission.object_types.set([ContentType.objects.get_for_model(Job)])
        other = ObjectPermission.objects.create(name="run One", actions=["run"], constraints={"name": "One"})
        other.object_types.set([ContentType.objects.get_for_model(Job)])
        run = run_job(PreviewRepositoryUpdate, {"repository": repository})
    assert (run.status, run.exception, set(run.files)) == ("SUCCESS", None, FILES)
    changes = told(run)
    gone = changes["variable-removed:jobs.one.One.site"]
    assert [each["which"] for each in gone["touched"]] == ["with a site"]
    assert {(each["what"], each["which"]) for each in changes["job-removed:jobs.one.Two"]["touched"]} == {
        ("job hook", "on change"),
        ("object permission", "run Two"),
        ("record of the Job", "Two"),
    }
    assert run.result["breaking"] >= 2
    assert run.result["repositories"] == {"Ours": {"base": base, "head": head}}
    assert "with a site" in run.files["preview.html"].decode()
    assert "on change" in run.files["preview.md"].decode()
    assert GitRepository.objects.get().current_head == base


def test_another_branch(run_job, served, here):
    head = served.commit({**OLD, **NEW}, tag="next")
    base = served.commit(OLD)
    with served.serve() as (url, _):
        repository, *_ = here(url, base)
        run = run_job(PreviewRepositoryUpdate, {"repository": repository, "branch": "next"})
    assert run.status == "SUCCESS"
    assert run.result["repositories"]["Ours"] == {"base": base, "head": head}
    assert run.result["breaking"] >= 2


def test_first_sync(served, here):
    """Compared with nothing; Nautobot itself clones what it has not yet at the start of any Job, so that no run sees it."""
    head = served.commit(OLD)
    with served.serve() as (url, _):
        repository, *_ = here(url, "")
        found, report = preview_update._compared(repository, "main")
    assert found == head
    assert [change["kind"] for change in report["changes"]].count("job-added") == 2


def test_nothing_new(run_job, served, here, monkeypatch):
    head = served.commit(OLD)
    monkeypatch.setattr(preview_update, "_diff", lambda *_: pytest.fail("compared"))
    with served.serve() as (url, _):
        here(url, head)
        run = run_job(PreviewRepositoryUpdate)
    assert (run.status, run.result["breaking"], run.result["touched"]) == ("SUCCESS", 0, 0)


def test_overridden_limit_stays(run_job, served, here, lab):
    base = served.commit(OLD)
    served.commit({"jobs/one.py": (ONE + HOOK).replace("time_limit = 60", "time_limit = 90")})
    with served.serve() as (url, _):
        repository, one, _ = here(url, base)
        lab.force(one, time_limit_override=True)
        run = run_job(PreviewRepositoryUpdate, {"repository": repository, "fail_at": "risky"})
    (change,) = told(run).values()
    assert (change["kind"], [each["what"] for each in change["touched"]]) == ("time-limit", ["nothing"])
    assert run.result["touched"] == 0
    assert run.status == "FAILURE"


def test_tells_only_what_the_user_may_view(run_job, make_user, served, here, schedule):
    base = served.commit(OLD)
    served.commit(NEW)
    with served.serve() as (url, _):
        repository, one, two = here(url, base)
        schedule(one, "covert", site="AMS01")
        schedule(one, "known", site="LON01")
        JobHook.objects.create(name="covert hook", job=two)
        permissions = {**NEEDED, "extras.view_scheduledjob": {"name": "known"}}
        run = run_job(PreviewRepositoryUpdate, {"repository": repository}, user=make_user(permissions=permissions))
    assert run.status == "SUCCESS"
    assert ("schedule", "known") in touched(run)
    for content in run.files.values():
        assert b"covert" not in content
    assert "job hooks" in run.files["preview.md"].decode()


@pytest.mark.parametrize("missing", sorted(NEEDED))
def test_user_without_permission(run_job, make_user, here, missing):
    repository, *_ = here("http://127.0.0.1:9/a", "")
    permissions = {name: None for name in NEEDED if name != missing}
    run = run_job(PreviewRepositoryUpdate, {"repository": repository}, user=make_user(permissions=permissions))
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert missing in run.result["refused"]


def test_repository_that_the_user_may_not_view(run_job, make_user, here):
    repository, *_ = here("http://127.0.0.1:9/a", "")
    user = make_user(permissions={**NEEDED, "extras.view_gitrepository": {"name": "other"}})
    run = run_job(PreviewRepositoryUpdate, {"repository": repository}, user=user)
    assert (run.status, run.files) == ("FAILURE", {})
    assert "may view" in run.result["refused"]


def test_bad_input(run_job, served, here):
    served.commit(OLD)
    with served.serve() as (url, _):
        repository, *_ = here(url, "")
        for inputs, word in (
            ({"branch": "main"}, "select"),
            ({"repository": repository, "branch": "nowhere"}, "nowhere"),
            ({"repository": repository, "branch": "--upload-pack=x"}, "no name"),
        ):
            run = run_job(PreviewRepositoryUpdate, inputs)
            assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
            assert word in run.result["refused"]
        GitRepository.objects.update(provided_contents=["extras.configcontext"])
        assert "no Jobs" in run_job(PreviewRepositoryUpdate, {"repository": repository}).result["refused"]


def test_one_remote_that_does_not_answer_costs_no_other(run_job, served, here):
    head = served.commit(OLD)
    with served.serve() as (url, _):
        here(url, head)
        GitRepository.objects.bulk_create(
            [
                GitRepository(
                    name="Dead", slug="dead", remote_url="http://127.0.0.1:9/a", provided_contents=["extras.job"]
                )
            ]
        )
        run = run_job(PreviewRepositoryUpdate)
    assert (run.status, set(run.files), set(run.result["repositories"])) == ("FAILURE", FILES, {"Ours"})


def test_without_the_package(run_job, here, monkeypatch):
    here("http://127.0.0.1:9/a", "")
    monkeypatch.setattr(preview_update, "find_spec", lambda _: None)
    run = run_job(PreviewRepositoryUpdate)
    assert (run.status, run.files) == ("FAILURE", {})
    assert "nautobot-dev-tools" in run.result["refused"]


def test_without_repositories(run_job, db):
    GitRepository.objects.all().delete()
    run = run_job(PreviewRepositoryUpdate)
    assert (run.status, run.result["repositories"]) == ("SUCCESS", {})


def test_comparison_sees_no_secrets(monkeypatch, tmp_path):
    monkeypatch.setenv("NAUTOBOT_SECRET_KEY", "hunter2")
    seen, really = {}, preview_update.run

    def run(_, *, environment, **limits):
        seen.update(environment)
        return really([sys.executable, "-c", "print('{}')"], environment=environment, **limits)

    monkeypatch.setattr(preview_update, "run", run)
    assert preview_update._diff(tmp_path, "a", "b") == {}
    assert "PATH" in seen
    assert "hunter2" not in str(seen)


def test_number_of_queries_is_constant(run_job, served, here, schedule):
    base = served.commit(OLD)
    served.commit(NEW)
    with served.serve() as (url, _):
        repository, one, two = here(url, base)
        counts = []
        for number in (10, 100):
            for index in range(number):
                schedule(one, f"{number} {index}", site="a")
            JobButton.objects.bulk_create(
                JobButton(name=f"{number} {index}", text="x", job=two) for index in range(number)
            )
            run_job(PreviewRepositoryUpdate, {"repository": repository})
            counts.append(run_job(PreviewRepositoryUpdate, {"repository": repository}).query_count)
    assert counts[0] == counts[1]
