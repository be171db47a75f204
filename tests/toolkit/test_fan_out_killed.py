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
HELPER = "helping.goes_on(leader) and helping.take(leader, check.id, me)"
LEADER = "    return [run.pk for run in started]"
STOPPING = """

def _stop_here():
    here, go = Path({here!r}), Path({go!r})
    here.write_text(str(__import__("os").getpid()))
    while not go.exists():
        time.sleep(0.05)
    return True
"""
WAITING = """

def _wait_for_the_helper():
    while not __import__("os").path.exists({here!r}):
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
    toolkit = instance.root / "jobs" / "here" / "toolkit"
    code = {name: (toolkit / name).read_text(encoding="utf-8") for name in ("fan_out.py", "helpers.py")}
    assert HELPER in code["fan_out.py"]
    assert LEADER in code["helpers.py"]
    user = instance.ensure_admin()

    def started(helpers, then="_wait_for_the_helper()"):
        code_of_helper = code["fan_out.py"].replace(HELPER, f"{HELPER} and _stop_here()") + STOPPING
        code_of_leader = code["helpers.py"].replace(LEADER, f"    {then}\n{LEADER}") + WAITING
        for name, changed in (("fan_out.py", code_of_helper), ("helpers.py", code_of_leader)):
            changed = changed.replace("{here!r}", repr(str(here))).replace("{go!r}", repr(str(go)))
            (toolkit / name).write_text(changed, encoding="utf-8")
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
