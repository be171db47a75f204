"""The engine: order, counts, files, log and verdict, and what happens when something breaks."""

import csv
import io
import json
import uuid
from itertools import islice

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from nautobot.dcim.models import Device

from jobs.audits.connections import ConnectionAudit
from jobs.toolkit.checks import DeviceCheck
from jobs.toolkit.findings import Severity


class Sample(DeviceCheck):
    id = "DCIM-SAMPLE-002"
    title = "Sample"
    severity = Severity.MEDIUM
    description = "Finds what it is told to."
    remedy = "Tell it otherwise."
    since = "0.1.0"
    number = 3

    def find(self, objects, context):
        for row in islice(self.rows(objects), self.number):
            yield self.finding(row, context, "=cmd|calc", details={"port": "<script>alert(1)</script>"})


class Grave(Sample):
    id = "DCIM-SAMPLE-001"
    title = "Grave"
    severity = Severity.CRITICAL
    number = 1


class Nothing(Sample):
    id = "DCIM-SAMPLE-003"
    title = "Nothing"
    severity = Severity.HIGH
    number = 0


class Broken(Sample):
    id = "DCIM-SAMPLE-004"
    title = "Broken"
    number = 1

    def find(self, objects, context):
        yield from super().find(objects, context)
        raise ZeroDivisionError("no such number")


class OutOfTime(Sample):
    id = "DCIM-SAMPLE-005"

    def find(self, objects, context):
        raise SoftTimeLimitExceeded


@pytest.fixture
def devices(lab):
    """Three devices in AMS01."""
    kind = lab.device_type("Switch")
    return [lab.device(f"switch-{number}", kind) for number in (1, 2, 3)]


@pytest.fixture
def audit(run_job, monkeypatch):
    """A function that runs the given checks in place of those of a Job, over everything."""

    def run(*checks, user=None, **inputs):
        monkeypatch.setitem(ConnectionAudit.run.__globals__, "CHECKS", checks)
        return run_job(ConnectionAudit, {"everything": True, **inputs}, user=user)

    return run


def findings_of(run):
    return json.loads(run.files["findings.json"])["findings"]


def test_the_most_severe_come_first(devices, audit):
    run = audit(Sample, Nothing, Grave)
    assert [finding["severity"] for finding in findings_of(run)] == ["critical", "medium", "medium", "medium"]


def test_result(devices, audit):
    result = audit(Sample, Nothing, Grave).result
    assert uuid.UUID(result.pop("scope"))
    assert result == {
        "findings": 4,
        "objects": 3,
        "severities": {"critical": 1, "medium": 3},
        "checks": {"DCIM-SAMPLE-001": 1, "DCIM-SAMPLE-002": 3},
        "new": None,
        "fixed": None,
        "waived": 0,
        # Of 34 x 3 a critical, a high and a medium check can lose, 20 + 4 x 3 are lost: 68.6 of 100.
        "score": 68.6,
    }


class TestVerdict:
    @pytest.mark.parametrize(
        ("fail_at", "status"),
        [
            ("never", "SUCCESS"),
            ("critical", "SUCCESS"),
            ("high", "SUCCESS"),
            ("medium", "FAILURE"),
            ("info", "FAILURE"),
        ],
    )
    def test_fail_at(self, devices, audit, fail_at, status):
        run = audit(Sample, fail_at=fail_at)
        assert run.status == status
        assert run.exception is None
        assert run.result["findings"] == 3

    def test_by_default_at_high(self, devices, audit):
        assert audit(Sample).status == "SUCCESS"
        assert audit(Grave).status == "FAILURE"

    def test_left_out_is_the_default(self, devices, run_job, monkeypatch):
        monkeypatch.setitem(ConnectionAudit.run.__globals__, "CHECKS", (Grave,))
        run = run_job(ConnectionAudit, {"everything": True}, defaults=False)
        assert run.status == "FAILURE"
        assert [entry.log_object for entry in run.logs if entry.grouping == Grave.id] == ["switch-1"]


class TestLog:
    def test_lines_are_linked_and_grouped(self, devices, audit):
        line = next(entry for entry in audit(Grave).logs if entry.grouping == Grave.id)
        assert line.log_level == "failure"
        assert line.log_object == "switch-1"
        assert line.absolute_url == devices[0].get_absolute_url()

    def test_is_capped_and_says_so(self, devices, audit):
        run = audit(Grave, Sample, log_limit=2)
        assert [entry.log_object for entry in run.logs if entry.grouping.startswith("DCIM")] == ["switch-1"] * 2
        (summary,) = [entry.message for entry in run.logs if "3 devices" in entry.message]
        assert "4 findings (1 critical, 3 medium). 2 of them are not logged" in summary
        assert "| DCIM-SAMPLE-002 Sample | medium | 3 |" in summary

    def test_none(self, devices, audit):
        assert not [entry for entry in audit(Sample, log_limit=0).logs if entry.grouping.startswith("DCIM")]

    def test_clean_run(self, devices, audit):
        run = audit(Nothing)
        (summary,) = [entry for entry in run.logs if entry.grouping == "summary"]
        assert summary.log_level == "success"

    def test_negative_limit_is_refused(self, devices, audit):
        run = audit(Sample, log_limit=-1)
        assert run.status == "FAILURE"
        assert "Log lines: -1" in run.messages("failure")[0]
        assert run.files == {}


class TestFiles:
    def test_csv_is_safe(self, devices, audit):
        (row, *_) = csv.DictReader(io.StringIO(audit(Sample).files["findings.csv"].decode("utf-8-sig")))
        assert row["message"] == "'=cmd|calc"
        assert row["object"] == "switch-1"
        assert row["title"] == "Sample"
        assert row["url"].endswith(devices[0].get_absolute_url())

    def test_json(self, devices, audit, settings):
        settings.CSRF_TRUSTED_ORIGINS = ["https://nautobot.example.com"]
        document = json.loads(audit(Grave, Sample).files["findings.json"])
        assert document["schema"] == "findings/1"
        assert document["job"] == "jobs.audits.connections.ConnectionAudit"
        assert document["scope"] == "All devices; Statuses: Active"
        assert document["objects"] == 3
        assert document["counts"] == {"critical": 1, "high": 0, "medium": 3, "low": 0, "info": 0}
        assert [check["findings"] for check in document["checks"]] == [1, 3]
        finding = document["findings"][0]
        assert finding["pk"] == str(devices[0].pk)
        assert finding["url"] == f"https://nautobot.example.com{devices[0].get_absolute_url()}"
        assert finding["details"] == {"port": "<script>alert(1)</script>"}
        assert len({entry["fingerprint"] for entry in document["findings"]}) == 4

    def test_fingerprints_stay(self, devices, audit):
        before = [finding["fingerprint"] for finding in findings_of(audit(Sample))]
        Device.objects.filter(name="switch-1").update(name="switch-01", _name="switch-00000001")
        assert [finding["fingerprint"] for finding in findings_of(audit(Sample))] == before

    def test_without_findings(self, devices, audit):
        run = audit(Nothing)
        assert sorted(run.files) == ["findings.csv", "findings.json", "report.html"]
        assert findings_of(run) == []


class TestWhenSomethingBreaks:
    def test_the_other_checks_run_all_the_same(self, devices, audit):
        run = audit(Broken, Sample, fail_at="never")
        assert run.status == "FAILURE"
        assert run.exception is None
        assert run.result["checks"] == {"DCIM-SAMPLE-004": 1, "DCIM-SAMPLE-002": 3}
        assert "DCIM-SAMPLE-004 (ZeroDivisionError: no such number)" in run.messages("failure")[-1]
        errors = {check["id"]: check["error"] for check in json.loads(run.files["findings.json"])["checks"]}
        assert errors == {"DCIM-SAMPLE-004": "ZeroDivisionError: no such number", "DCIM-SAMPLE-002": None}
        assert "no such number" in run.files["report.html"].decode()

    def test_no_time_is_not_a_broken_check(self, devices, audit):
        run = audit(OutOfTime)
        assert "SoftTimeLimitExceeded" in run.exception
        assert run.files == {}


class TestRefusals:
    def test_no_selection(self, devices, audit):
        run = audit(Sample, everything=False)
        assert run.status == "FAILURE"
        assert run.exception is None
        assert run.result["findings"] == 0
        assert "Everything" in run.result["refused"]
        assert [entry.grouping for entry in run.logs if entry.log_level == "failure"] == ["scope"]
        assert run.files == {}

    def test_no_permission(self, devices, audit, make_user):
        run = audit(Sample, user=make_user())
        assert run.status == "FAILURE"
        assert "dcim.view_device" in run.messages("failure")[0]
        assert run.files == {}

    def test_nothing_to_look_at(self, db, audit):
        run = audit(Sample)
        assert run.status == "SUCCESS"
        assert run.result["objects"] == 0
        assert run.messages("warning")
