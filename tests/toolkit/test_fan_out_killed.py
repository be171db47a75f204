"""Real Celery worker processes that share an audit: what becomes of the rest when one dies by ``kill -9``, or is cancelled."""

import os
import signal

import pytest
from nautobot.extras.models import Job, JobResult
from nautobot_dev_tools import run
from nautobot_dev_tools.compat import enqueue_job
from nautobot_dev_tools.processes import wait_until

INPUTS = {"everything": True, "fail_at": "never", "log_limit": 0}
# The copy of the code that workers load: a helper stops at the first check that it takes, and the leader goes on, or stops, after that.
HELPER, LEADER = "goes_on() and _take(leader, check, me)", "    return [run.pk for run in started]"
STOP = """

def _stop_here():
    here, go = Path({here!r}), Path({go!r})
    here.write_text(str(__import__("os").getpid()))
    while not go.exists():
        time.sleep(0.05)
    return True


def _wait_for_the_helper():
    while not Path({here!r}).exists():
        time.sleep(0.05)
"""

pytestmark = pytest.mark.usefixtures("sample_data")


@pytest.fixture
def instance(in_jobs_root):
    """A worker with two processes."""
    return in_jobs_root("RackAudit")


@pytest.fixture
def here(tmp_path):
    """The file in which a helper that has stopped says its process."""
    return tmp_path / "here"


@pytest.fixture
def go(tmp_path):
    """The file for which it waits."""
    return tmp_path / "go"


@pytest.fixture
def start(instance, here, go):
    """A function: write what the leader does once it has started its helpers into the code, and start it with so many."""
    module = instance.root / "jobs" / "here" / "toolkit" / "fan_out.py"
    code = module.read_text(encoding="utf-8")
    assert HELPER in code
    assert LEADER in code
    user = instance.ensure_admin()

    def started(helpers, then="_wait_for_the_helper()"):
        changed = code.replace(HELPER, f"{HELPER} and _stop_here()").replace(LEADER, f"    {then}\n{LEADER}")
        module.write_text(changed + STOP.format(here=str(here), go=str(go)), encoding="utf-8")
        return enqueue_job(Job.objects.get(job_class_name="RackAudit"), user, {**INPUTS, "helpers": helpers})

    instance.start_worker(concurrency=2)
    instance.wait_for_worker()
    return started


def wait_for(file, instance):
    wait_until(
        lambda: file.exists() and file.read_text(), timeout=120, what="The helper", alive=instance.worker.ensure_alive
    )
    return file.read_text()


def helper_of(leader):
    return JobResult.objects.get(name=leader.name, date_created__gt=leader.date_created)


def test_helper_is_killed_in_the_middle(instance, start, here):
    expected = run.wait(start(0))

    leader = start(1)
    os.kill(int(wait_for(here, instance)), signal.SIGKILL)
    outcome = run.wait(leader)

    assert (outcome.status, expected.status) == ("success", "success")
    assert expected.result["findings"]
    for what in ("findings", "checks", "severities", "score", "objects"):
        assert outcome.result[what] == expected.result[what]
    helper = helper_of(leader)
    assert helper.status == "FAILURE"


def test_leader_is_cancelled(instance, start, here, go):
    """By Nautobot's own means, which are new in 3.2."""
    cancelling = pytest.importorskip(
        "nautobot.extras.jobs_cancel", reason="no Job can be cancelled before Nautobot 3.2"
    )
    leader = start(1, then="time.sleep(600)")
    wait_for(here, instance)

    cancelling.CeleryStrategy().perform_termination(leader, instance.ensure_admin())
    go.touch()
    helper = helper_of(leader)
    outcome = run.wait(helper)

    leader.refresh_from_db()
    assert leader.status == "REVOKED"
    assert (outcome.status, outcome.result) == ("success", {"asked": []})
    assert not helper.files.exists()
