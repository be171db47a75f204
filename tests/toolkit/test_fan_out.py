"""Fan-out: with helpers, without them, and with helpers that fail, the result is the same."""

import json
import time

import pytest
from django.core.cache import cache
from nautobot.extras.models import FileProxy, JobResult
from nautobot_dev_tools.pytest_plugin import execute

from jobs.audits.devices import DeviceAudit
from jobs.toolkit import helpers as helping

CHECKS = [
    f"DCIM-{number}"
    for number in ("DEVICE-003", "DEVICE-005", "DEVICE-007", "COMPONENT-001", "COMPONENT-003", "VC-001")
]
INPUTS = {"everything": True, "fail_at": "never", "log_limit": 0, "checks": CHECKS}
RUNNING = {"seconds", "started", "finished", "first_seen"}

pytestmark = pytest.mark.usefixtures("quick_helpers")


@pytest.fixture
def network(lab):
    box = lab.device_type("Box", interfaces=1)
    return [lab.device(f"sw-{number:02}", box) for number in range(5)]


def content(run):
    """What `findings.json` has, without times."""

    def timeless(value):
        if isinstance(value, dict):
            return {name: timeless(each) for name, each in value.items() if name not in RUNNING}
        return [timeless(each) for each in value] if isinstance(value, list) else value

    return timeless(json.loads(run.files["findings.json"]))


def test_the_result_is_the_same(run_job, network, helpers, superuser):
    alone = run_job(DeviceAudit, INPUTS, user=superuser)
    together = run_job(DeviceAudit, {**INPUTS, "helpers": 2}, user=superuser)

    assert (together.status, together.exception) == ("SUCCESS", None)
    # The second of them was helped by the first, and all found it done.
    assert [bool(run.result["asked"]) for run in helpers] == [True, False]
    expected, found = content(alone), content(together)
    assert expected.pop("compared") is None
    assert found.pop("compared") is not None
    assert [{**each, "new": None} for each in found.pop("findings")] == expected.pop("findings")
    assert found == expected
    assert {**together.result, "new": None, "fixed": None} == alone.result


def test_without_a_worker_for_the_helpers(run_job, network, late, superuser):
    alone = run_job(DeviceAudit, INPUTS, user=superuser)
    started = time.monotonic()
    together = run_job(DeviceAudit, {**INPUTS, "helpers": 3}, user=superuser)
    assert (together.status, len(late)) == ("SUCCESS", 3)
    assert together.result["checks"] == alone.result["checks"]
    assert time.monotonic() - started < 20

    [(_, inputs), *_] = late
    cold = execute(DeviceAudit, inputs, superuser)
    assert (cold.status, cold.result, cold.files) == ("SUCCESS", {"asked": []}, {})


def test_what_a_dead_helper_had_is_asked_again(run_job, network, dead_helper, superuser):
    alone = run_job(DeviceAudit, INPUTS, user=superuser)
    taken = []
    dead_helper(lambda part: part.endswith(("1", "3")) and not taken.append(part))
    together = run_job(DeviceAudit, {**INPUTS, "helpers": 1}, user=superuser)
    assert taken
    assert together.status == "SUCCESS"
    assert together.result["checks"] == alone.result["checks"]


def test_the_files_of_helpers_are_removed(run_job, network, helpers, superuser):
    run_job(DeviceAudit, {**INPUTS, "helpers": 1}, user=superuser)
    assert helpers[0].result["asked"]
    assert not FileProxy.objects.filter(name__startswith="part.jsonl").exists()


def test_a_check_that_breaks(run_job, network, helpers, superuser, monkeypatch):
    from jobs.audits.checks.devices.serial_missing import SerialMissing

    def broken(self, objects, context):
        raise RuntimeError("out of order")

    monkeypatch.setattr(SerialMissing, "find", broken)
    run = run_job(DeviceAudit, {**INPUTS, "helpers": 1}, user=superuser)
    assert (run.status, run.exception) == ("FAILURE", None)
    assert "RuntimeError: out of order" in run.messages("failure")[-1]
    [check] = [check for check in content(run)["checks"] if check["error"]]
    assert check["id"] == SerialMissing.id
    assert run.result["findings"]


def test_helpers_see_what_the_user_sees(run_job, network, helpers, make_user):
    user = make_user(permissions={"dcim.view_device": {"name": "sw-01"}})
    run = run_job(DeviceAudit, {**INPUTS, "checks": ["DCIM-DEVICE-003"], "helpers": 1}, user=user)
    assert run.result["findings"] == 1
    assert helpers[0].user == user


def test_helpers_end_when_the_leader_is_cancelled(run_job, network, late, superuser):
    """Nautobot marks the run that it cancels; its process may be killed, and give no sign."""
    run_job(DeviceAudit, {**INPUTS, "helpers": 1}, user=superuser)
    leader = late[0][1]["leader"]
    asked = []
    for status, life in (("REVOKED", True), ("STARTED", False), ("STARTED", True)):
        JobResult.objects.filter(pk=leader).update(status=status)
        cache.clear()
        if life:
            cache.set(f"fan_out:{leader}", 1)
        asked.append(execute(DeviceAudit, late[0][1], superuser).result["asked"])
    assert (asked[0], asked[1]) == ([], [])
    assert asked[2]


def test_nobody_helps_another_user(run_job, network, late, superuser, django_user_model):
    run_job(DeviceAudit, {**INPUTS, "helpers": 1}, user=superuser)
    run = execute(DeviceAudit, late[0][1], django_user_model.objects.create_superuser("another"))
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})
    assert "help another one" in run.messages("failure")[0]


def test_a_job_that_may_run_once_at_a_time_has_no_helpers(run_job, network, late, superuser):
    from nautobot.extras.models import Job

    Job.objects.filter(job_class_name="DeviceAudit").update(is_singleton=True, is_singleton_override=True)
    run = run_job(DeviceAudit, {**INPUTS, "helpers": 1}, user=superuser)
    assert (run.status, late) == ("SUCCESS", [])
    assert "singleton" in run.messages("warning")[0]


@pytest.mark.parametrize("number", [-1, 65])
def test_bad_number(run_job, network, superuser, number):
    run = execute(DeviceAudit, {**INPUTS, "helpers": number}, superuser)
    assert (run.status, run.exception, run.files) == ("FAILURE", None, {})


def test_signs_of_life_go_on(monkeypatch):
    monkeypatch.setattr(helping, "_BEAT_SECONDS", 0.05)
    with helping.living("run"):
        cache.delete("fan_out:run")
        time.sleep(0.3)
        assert helping.lives("run")
    assert not helping.lives("run")
