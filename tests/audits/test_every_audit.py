"""What every audit does, whatever its checks are; each check has tests of its own below `checks/`."""

import json
import sys

import pytest
from nautobot.extras.models import ObjectChange
from nautobot.extras.registry import registry

from jobs.toolkit.selection import AuditMixin

AUDITS = sorted(
    (job for path, job in registry["jobs"].items() if path.startswith("jobs.") and issubclass(job, AuditMixin)),
    key=lambda job: job.class_path,
)
ALL = {"everything": True, "fail_at": "never", "log_limit": 0}

each_audit = pytest.mark.parametrize("job", AUDITS, ids=lambda job: job.__name__)


def content(run):
    return json.loads(run.files["findings.json"])


def test_there_are_audits():
    assert len(AUDITS) >= 15


@each_audit
@pytest.mark.usefixtures("sample_data")
def test_finds_changes_nothing_and_finds_the_same_again(job, run_job):
    before = ObjectChange.objects.count()
    first, second = run_job(job, ALL), run_job(job, ALL)
    for run in (first, second):
        assert (run.status, run.exception) == ("SUCCESS", None)
        assert {"report.html", "findings.csv", "findings.json"} <= set(run.files)
        assert [check["id"] for check in content(run)["checks"] if check["error"]] == []
        assert any(check["not_asked"] is None for check in content(run)["checks"])
    assert ObjectChange.objects.count() == before
    assert (second.result["new"], second.result["fixed"]) == (0, 0)
    assert [finding["fingerprint"] for finding in content(first)["findings"]] == [
        finding["fingerprint"] for finding in content(second)["findings"]
    ]
    fingerprints = [finding["fingerprint"] for finding in content(first)["findings"]]
    assert len(set(fingerprints)) == len(fingerprints)


@each_audit
@pytest.mark.usefixtures("sample_data")
def test_offers_each_of_its_checks(job, run_job):
    checks = sys.modules[job.__module__].CHECKS
    last = max(checks, key=lambda check: check.id)
    run = run_job(job, {**ALL, "checks": [last.id]})
    assert [check["id"] for check in content(run)["checks"]] == [last.id]


@each_audit
def test_empty_database(job, run_job, db):
    run = run_job(job, ALL)
    assert (run.status, run.exception) == ("SUCCESS", None)
    assert [check["id"] for check in content(run)["checks"] if check["error"]] == []


@each_audit
def test_user_without_permission(job, run_job, make_user):
    run = run_job(job, ALL, user=make_user())
    assert (run.status, run.exception) == ("FAILURE", None)
    assert "permission" in run.result["refused"]
    assert run.files == {}


@each_audit
def test_selecting_nothing(job, run_job, db):
    run = run_job(job)
    assert (run.status, run.exception) == ("FAILURE", None)
    assert "Everything" in run.result["refused"]
    assert run.files == {}
