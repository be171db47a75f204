"""A real Celery worker process that helps an audit dies by ``kill -9``: the audit has the same result all the same."""

import os
import signal

import pytest
from nautobot.extras.models import Job, JobResult
from nautobot_dev_tools import run
from nautobot_dev_tools.compat import enqueue_job
from nautobot_dev_tools.processes import wait_until

INPUTS = {"everything": True, "fail_at": "never", "log_limit": 0}
# The copy of the code that workers load: a helper stops at the first check that it takes, and the leader begins after that.
STOP = """

def _stop_here():
    Path({file!r}).write_text(str(__import__("os").getpid()))
    time.sleep(600)


def _wait_for_the_helper():
    while not Path({file!r}).exists():
        time.sleep(0.05)
"""

pytestmark = pytest.mark.usefixtures("sample_data")


@pytest.fixture
def instance(in_jobs_root):
    return in_jobs_root("RackAudit")


def start(user, helpers):
    return enqueue_job(Job.objects.get(job_class_name="RackAudit"), user, {**INPUTS, "helpers": helpers})


def test_helper_is_killed_in_the_middle(instance, tmp_path):
    file = tmp_path / "pid"
    module = instance.root / "jobs" / "here" / "toolkit" / "fan_out.py"
    code = module.read_text(encoding="utf-8")
    for old, new in (
        ("goes_on() and _take(leader, check, me))", "goes_on() and _take(leader, check, me) and _stop_here())"),
        (
            "    return [run.pk for run in started]",
            "    _wait_for_the_helper()\n    return [run.pk for run in started]",
        ),
    ):
        assert old in code
        code = code.replace(old, new)
    module.write_text(code + STOP.format(file=str(file)), encoding="utf-8")
    user = instance.ensure_admin()
    instance.start_worker(concurrency=2)
    instance.wait_for_worker()
    expected = run.wait(start(user, 0))

    leader = start(user, 1)
    wait_until(
        lambda: file.exists() and file.read_text(), timeout=120, what="The helper", alive=instance.worker.ensure_alive
    )
    os.kill(int(file.read_text()), signal.SIGKILL)
    outcome = run.wait(leader)

    assert (outcome.status, expected.status) == ("success", "success")
    assert expected.result["findings"]
    for what in ("findings", "checks", "severities", "score", "objects"):
        assert outcome.result[what] == expected.result[what]
    helper = JobResult.objects.exclude(pk__in=[leader.pk, expected.job_result.pk]).get(name=leader.name)
    assert helper.status == "FAILURE"
