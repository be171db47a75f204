"""The first way: a Git repository under any slug, at a tag; and what the guide says about moving away from it."""

import pytest
from nautobot.extras.models import GitRepository, Job, JobHook, JobResult, ScheduledJob
from nautobot.extras.registry import registry
from nautobot_dev_tools import sync
from nautobot_dev_tools.pytest_plugin import execute, registered_class


@pytest.mark.parametrize("slug", ["any_slug", "nautobot_job_collection"])
def test_jobs_run_under_any_slug(synced_repository, run_job, enable, slug):
    assert synced_repository(slug).ok
    ours = [path for path in registry["jobs"] if path.startswith("jobs.")]
    assert enable(slug) == sorted(f"{slug}.{path}" for path in ours)

    audit = run_job(f"{slug}.jobs.audits.connections.ConnectionAudit", {"everything": True, "fail_at": "never"})
    hello = run_job(f"{slug}.jobs.examples.hello_world.HelloWorld")

    assert (audit.status, set(audit.files)) == ("SUCCESS", {"report.html", "findings.csv", "findings.json"})
    assert hello.status == "SUCCESS"
    assert hello.job_result.job_model.module_name == f"{slug}.jobs.examples.hello_world"


def test_a_tag_as_branch_pins_the_release(released, superuser, run_job, enable):
    repository = GitRepository(
        name="Pinned", slug="pinned", remote_url=released, branch="v1", provided_contents=["extras.job"]
    )
    said = []
    for tag in ("v1", "v2", "v1"):
        repository.branch = tag
        repository.validated_save()
        synced = execute(registered_class(sync.sync_job_model().class_path), {"repository": repository.pk}, superuser)
        assert sync.judge(repository, synced.job_result).ok
        enable("pinned")
        said.append(run_job("pinned.jobs.one.One").result)

    assert said == ["first", "second", "first"]


# Moving away. The processes of other servers take no part here; see the tests of the other two ways.


@pytest.fixture
def hook(synced_repository, enable) -> JobHook:
    """A hook on a Job of the repository, of which another test has the whole of what a team can have."""
    assert synced_repository("old_slug").ok
    enable("old_slug")
    return JobHook.objects.create(name="Serials", job=job_of("old_slug"), type_update=True)


@pytest.fixture
def schedule(hook, superuser) -> ScheduledJob:
    from django.utils import timezone

    return ScheduledJob.objects.create(
        name="Nightly",
        task=hook.job.class_path,
        job_model=hook.job,
        interval="daily",
        start_time=timezone.now(),
        user=superuser,
    )


def job_of(slug) -> Job:
    return Job.objects.get(module_name=f"{slug}.jobs.examples.hook", job_class_name="NormalizeSerial")


def enabled(*records) -> list[bool]:
    for record in records:
        record.refresh_from_db()
    return [record.enabled for record in records]


def test_a_deletion_switches_off_and_the_guide_switches_on_again(synced_repository, snippet, schedule, hook):
    """If Nautobot stops doing so, most of what the guide says about moving is no longer needed."""
    GitRepository.objects.get(slug="old_slug").delete()

    assert not job_of("old_slug").installed
    assert enabled(schedule, hook) == [False, False]

    assert synced_repository("old_slug").ok
    assert enabled(schedule, hook) == [False, False]

    snippet("look", "switch on", slug="old_slug")

    assert enabled(schedule, hook) == [True, True]
    assert getattr(schedule, "state", "active") == "active"


def test_what_waits_or_was_switched_off_for_another_job_stays_off(snippet, schedule, hook):
    JobHook.objects.filter(pk=hook.pk).update(enabled=False)
    ScheduledJob.objects.filter(pk=schedule.pk).update(enabled=False, one_off=True)

    snippet("look", "switch on", slug="other_slug")
    assert enabled(schedule, hook) == [False, False]

    snippet("look", "switch on", slug="old_slug")
    assert enabled(schedule, hook) == [False, True]


def test_a_repository_that_is_let_go_leaves_all_as_it_is(snippet, schedule, hook):
    snippet("let go", slug="old_slug")

    assert not GitRepository.objects.exists()
    assert job_of("old_slug").installed
    assert enabled(schedule, hook) == [True, True]


def test_another_slug(snippet, synced_repository, schedule, hook, run_job):
    """Renamed, the records are those of the Jobs of a repository under the new slug."""
    history = JobResult.objects.create(name="Yesterday", job_model=hook.job, task_name=hook.job.class_path)
    before, job = Job.objects.count(), hook.job

    snippet("let go", slug="old_slug")
    snippet("rename", old="old_slug", new="new_slug")
    verdict = synced_repository("new_slug")

    assert verdict.ok
    assert verdict.created == []
    assert Job.objects.count() == before
    assert job_of("new_slug") == job
    assert enabled(schedule, hook) == [True, True]
    history.refresh_from_db()
    assert schedule.task == history.task_name == job.class_path.replace("old_slug", "new_slug")
    assert history.job_model == job
    assert run_job("new_slug.jobs.examples.hello_world.HelloWorld").status == "SUCCESS"
