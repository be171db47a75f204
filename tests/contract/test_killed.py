"""A worker that is killed in a Job which changes nothing leaves a state from which a second run comes to the same result.

Those that change something are killed in the middle of their changes: tests/changes/test_faults.py.
"""

import os
import signal

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db.models.signals import post_save, pre_save
from nautobot.extras.models import FileProxy, JobResult
from nautobot.extras.registry import registry
from nautobot_dev_tools import exercises
from nautobot_dev_tools.loading import runnable
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.pytest_plugin import execute

from jobs.toolkit.changes import ChangeMixin

ENDED = {"SUCCESS", "FAILURE"}
# Of each Job one that ends well, and has the most to leave behind.
OTHERS = {
    each.job: each
    for each in sorted(
        runnable(exercises.load(Project.find())),
        key=lambda each: (each.status == "success", len(each.expect.get("files", ()))),
    )
    if not issubclass(registry["jobs"][each.job], ChangeMixin)
}

pytestmark = pytest.mark.usefixtures("sample_data")


def kill_halfway():
    """Kill this process once a run has attached its first file, or else before its end is written down."""

    def kill(sender, instance, **_):
        if getattr(instance, "job_result_id", None) or getattr(instance, "status", None) in ENDED:
            os.kill(os.getpid(), signal.SIGKILL)

    post_save.connect(kill, sender=FileProxy, weak=False)
    pre_save.connect(kill, sender=JobResult, weak=False)


@pytest.mark.parametrize("exercise", [pytest.param(each, id=each.job.rsplit(".", 1)[-1]) for each in OTHERS.values()])
def test_a_second_run_completes(exercise, in_own_process, superuser):
    job = registry["jobs"][exercise.job]

    def killed():
        user, _ = get_user_model().objects.get_or_create(username="killed", defaults={"is_superuser": True})
        arguments = exercises.arguments(exercise, job, user)
        kill_halfway()
        execute(job, arguments, user)

    assert in_own_process(killed) == -signal.SIGKILL
    left = JobResult.objects.filter(user__username="killed", job_model__job_class_name=job.__name__)
    assert [result.date_done for result in left] == [None]

    if job.is_singleton:  # Nautobot takes it for running until its time limit has passed
        # One that attaches nothing is killed at its end, when it has let go of the lock.
        assert bool(cache.ttl(job.singleton_cache_key)) is bool(exercise.expect.get("files"))
        cache.delete(job.singleton_cache_key)
    run = execute(job, exercises.arguments(exercise, job, superuser), superuser)
    assert (run.exception, run.status.lower()) == (None, exercise.status)
    for what in {"findings", "changes"} & set(exercise.expect):
        assert run.result[what] == exercise.expect[what]
    assert set(exercise.expect.get("files", [])) <= set(run.files)
