"""Lifecycle: the order of the calls, and the ways to end."""

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.cache import cache
from django.core.exceptions import ValidationError
from nautobot.apps.jobs import get_job
from nautobot.extras.models import Job as JobModel

from jobs.examples.lifecycle import Lifecycle


def calls(run):
    """The Job's own methods that logged, in order; Nautobot's groupings left out."""
    order = []
    for entry in run.logs:
        if entry.grouping not in ("initialization", "post_run", *order[-1:]) and entry.grouping != "_step":
            order.append(entry.grouping)
    return order


@pytest.mark.parametrize(
    ("ending", "order", "status", "result"),
    [
        ("success", ["before_start", "run", "on_success", "after_return"], "SUCCESS", 3),
        ("fail", ["before_start", "run", "on_failure", "after_return"], "FAILURE", 3),
        ("exception", ["before_start", "run", "on_failure", "after_return"], "FAILURE", "RuntimeError"),
        ("refuse", ["before_start", "on_failure", "after_return"], "FAILURE", "refused"),
        ("stop", ["before_start", "on_failure", "after_return"], "FAILURE", "RuntimeError"),
    ],
)
def test_order_of_calls(run_job, ending, order, status, result):
    run = run_job(Lifecycle, {"ending": ending})

    assert calls(run) == order
    assert run.status == status
    raised = result == "RuntimeError"
    assert bool(run.exception) is raised
    assert (run.result["exc_type"] if raised else run.result) == result
    after_return = [entry for entry in run.logs if entry.grouping == "after_return"]
    assert [entry.message.split()[-1] for entry in after_return] == [status]
    on_failure = [entry.message for entry in run.logs if entry.grouping == "on_failure"]
    assert [message.endswith("with traceback") for message in on_failure] == ([raised] if status == "FAILURE" else [])


def test_a_failed_job_goes_on(run_job):
    run = run_job(Lifecycle, {"ending": "fail", "steps": 2})
    assert run.result == 2
    assert len(run.messages("failure")) == 1


def test_guard_clause(run_job):
    run = run_job(Lifecycle, {"ending": "fail", "steps": 1})

    assert run.status == "FAILURE"
    assert run.result == 0
    [message] = run.messages("failure")
    assert "`steps`" in message


def test_context_of_the_run(run_job, make_user):
    run = run_job(Lifecycle, user=make_user("ada"))

    [entry] = [entry for entry in run.logs if entry.grouping == "run"]
    assert "ada" in entry.message
    assert str(run.job_result.pk) in entry.message
    assert entry.log_object == "Example: Lifecycle"
    assert entry.absolute_url == JobModel.objects.get(job_class_name="Lifecycle").get_absolute_url()


def test_soft_time_limit(run_job, monkeypatch):
    def step(self, number):
        if number == 2:
            raise SoftTimeLimitExceeded

    # The class that runs is the one in Nautobot's registry, which need not be the one that this module imported.
    monkeypatch.setattr(get_job(Lifecycle.class_path), "_step", step)

    run = run_job(Lifecycle, {"ending": "success", "steps": 3})

    assert run.status == "FAILURE"
    assert run.exception is None
    assert run.result == 1
    assert calls(run)[-2:] == ["on_failure", "after_return"]


@pytest.mark.parametrize("steps", [0, 101])
def test_form_refuses(run_job, steps):
    with pytest.raises(ValidationError) as error:
        run_job(Lifecycle, {"steps": steps})
    assert list(error.value.message_dict) == ["steps"]


def test_only_one_run_at_a_time(run_job):
    """While another run holds the lock, Nautobot refuses this one; afterwards the lock is free again."""
    cache.set(Lifecycle.singleton_cache_key, 1, timeout=60)
    try:
        run = run_job(Lifecycle)
    finally:
        cache.delete(Lifecycle.singleton_cache_key)

    assert run.status == "FAILURE"
    assert calls(run) == []

    assert run_job(Lifecycle).status == "SUCCESS"
    assert cache.get(Lifecycle.singleton_cache_key) is None


def test_nothing_is_retried(run_job):
    """Nautobot keeps the name on_retry() for later; should it call it one day, this tells."""
    for ending in ("success", "exception"):
        assert "on_retry" not in calls(run_job(Lifecycle, {"ending": ending}))
    Lifecycle().on_retry(RuntimeError(), "", (), {}, None)
