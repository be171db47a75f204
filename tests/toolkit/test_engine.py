"""What an audit knows beside its findings: earlier runs, waivers, scores, parameters, further formats, compliance records."""

import io
import json
import zipfile
from datetime import date, timedelta

import pytest
from defusedxml import ElementTree
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from nautobot.dcim.models import Device
from nautobot.extras.models import ConfigContext, JobResult

from jobs.audits.connections import ConnectionAudit
from jobs.toolkit.checks import Check, DeviceCheck, Parameter
from jobs.toolkit.findings import Severity
from jobs.toolkit.selection import checks_variable

TODAY = date.today()
ALL = {"everything": True}


class Named(DeviceCheck):
    """Finds devices whose name contains a text."""

    id = "DCIM-SAMPLE-001"
    title = "Named"
    severity = Severity.HIGH
    description = "A name."
    remedy = "Rename it."
    tags = ("sample", "names")
    parameters = {"text": Parameter("bad", "What the name contains."), "number": Parameter(1, "A number.")}
    since = "0.1.0"
    bad = good = ""

    def find(self, objects, context):
        for row in self.rows(objects.filter(name__contains=self.values["text"])):
            yield self.finding(row, context, "=1+1", key="name", details={"text": self.values["text"]})


class Low(Named):
    id = "DCIM-SAMPLE-002"
    title = "Low"
    severity = Severity.LOW
    tags = ("sample",)


class Idle(Named):
    id = "DCIM-SAMPLE-003"

    def idle(self):
        return "No policy is stated."


class Elsewhere(Check):
    id = "DCIM-SAMPLE-004"
    title = "Rack"
    severity = Severity.LOW
    model = "dcim.rack"
    description = remedy = bad = good = ""
    since = "0.1.0"

    def find(self, objects, context):
        for row in self.rows(objects):
            yield self.finding(row, context, "It is a rack.")


@pytest.fixture
def devices(lab):
    kind = lab.device_type("Switch")
    return {name: lab.device(name, kind) for name in ("bad-1", "bad-2", "good-1", "good-2")}


@pytest.fixture
def audit(run_job, monkeypatch):
    """A function that runs the given checks in place of those of a Job, over everything."""

    def run(*asked, user=None, **inputs):
        checks = asked or (Named,)
        monkeypatch.setitem(ConnectionAudit.run.__globals__, "CHECKS", checks)
        monkeypatch.setattr(ConnectionAudit, "checks", checks_variable(checks))
        return run_job(ConnectionAudit, {**ALL, **inputs}, user=user)

    return run


def content(run):
    return json.loads(run.files["findings.json"])


def found(run):
    return {finding["display"]: finding for finding in content(run)["findings"]}


class TestComparison:
    def test_the_first_run_has_nothing_to_compare_with(self, devices, audit):
        run = audit()
        assert (run.result["new"], run.result["fixed"]) == (None, None)
        assert {finding["new"] for finding in content(run)["findings"]} == {None}
        assert content(run)["compared"] is None

    def test_new_open_and_fixed(self, devices, lab, audit):
        first = audit()
        lab.force(devices["bad-1"], name="mended")
        lab.force(devices["good-1"], name="now bad")
        second = audit()
        assert (second.result["findings"], second.result["new"], second.result["fixed"]) == (2, 1, 1)
        assert {name: finding["new"] for name, finding in found(second).items()} == {"bad-2": False, "now bad": True}
        assert [finding["display"] for finding in content(second)["fixed"]] == ["bad-1"]
        assert found(second)["bad-2"]["first_seen"] == found(first)["bad-2"]["first_seen"]
        assert found(second)["now bad"]["first_seen"] > found(first)["bad-2"]["first_seen"]
        third = audit()
        assert (third.result["new"], third.result["fixed"]) == (0, 0)
        assert found(third)["bad-2"]["first_seen"] == found(first)["bad-2"]["first_seen"]

    def test_another_scope_is_another_matter(self, devices, lab, audit):
        audit()
        run = audit(everything=False, locations=[lab.site])
        assert run.result["new"] is None

    def test_other_eyes_are_not_compared_with(self, devices, audit, make_user):
        audit()
        user = make_user(permissions={"dcim.view_device": {"name": "bad-1"}})
        run = audit(user=user)
        assert list(found(run)) == ["bad-1"]
        assert run.result["fixed"] is None
        assert audit(user=user).result["fixed"] == 0

    def test_a_check_that_did_not_run_before_has_no_new_findings(self, devices, audit):
        audit(Named)
        run = audit(Named, Low)
        assert {finding["new"] for finding in content(run)["findings"] if finding["check"] == Low.id} == {None}
        assert run.result["new"] == 0

    def test_what_a_check_that_is_left_out_has_found_is_not_fixed(self, devices, audit):
        audit(Named, Low)
        assert audit(Named, Low, checks=[Named.id]).result["fixed"] == 0

    def test_a_run_of_ones_choice(self, devices, lab, audit):
        first = audit()
        lab.force(devices["bad-1"], name="mended")
        audit()
        run = audit(compare_with=first.job_result)
        assert (run.result["new"], run.result["fixed"]) == (0, 1)

    def test_a_run_of_another_job_is_refused(self, devices, audit, superuser):
        other = JobResult.objects.create(name="Other", user=superuser)
        run = audit(compare_with=other)
        assert run.status == "FAILURE"
        assert run.result["refused"].startswith("Compare with")
        assert run.files == {}

    def test_a_run_whose_files_are_gone_is_refused(self, devices, audit):
        first = audit()
        first.job_result.files.all().delete()
        run = audit(compare_with=first.job_result)
        assert "findings.json" in run.result["refused"]
        assert audit().result["new"] is None

    def test_a_run_that_the_user_may_not_view_is_refused(self, devices, audit, make_user):
        first = audit()
        run = audit(user=make_user(permissions={"dcim.view_device": None}), compare_with=first.job_result)
        assert "extras.view_jobresult" in run.result["refused"]

    def test_compressed_and_cut_files_are_read(self, devices, audit, settings):
        settings.JOB_CREATE_FILE_MAX_SIZE = 300
        first = audit()
        assert any(name.startswith("findings.json.gz.") for name in first.files)
        run = audit()
        assert (run.result["new"], run.result["fixed"]) == (0, 0)


def waiver(**changes):
    entry = {
        "check": Named.id,
        "objects": {"name": "BAD-1"},
        "owner": "noc",
        "reason": "On loan.",
        "expires": str(TODAY),
    }
    return {key: value for key, value in {**entry, **changes}.items() if value is not None}


def upload(*entries):
    return SimpleUploadedFile("waivers.yml", json.dumps(list(entries)).encode())


class TestWaivers:
    def test_of_an_uploaded_file(self, devices, audit):
        run = audit(waivers=upload(waiver()))
        assert (run.result["findings"], run.result["waived"]) == (1, 1)
        assert found(run)["bad-1"]["waiver"] == {"owner": "noc", "reason": "On loan.", "expires": str(TODAY)}
        assert found(run)["bad-2"]["waiver"] is None
        assert [entry.log_object for entry in run.logs if entry.grouping == Named.id] == ["bad-2"]

    def test_do_not_fail_the_job(self, devices, audit):
        assert audit(waivers=upload(waiver(objects=None))).status == "SUCCESS"
        assert audit(waivers=upload(waiver())).status == "FAILURE"

    def test_of_a_config_context(self, devices, audit):
        context = ConfigContext(name="Waivers", data={"audit_waivers": [waiver()]})
        context.validated_save()
        assert audit().result["waived"] == 1
        context.is_active = False
        context.validated_save()
        assert audit().result["waived"] == 0

    def test_of_a_file_in_the_repository(self, devices, audit, tmp_path, monkeypatch):
        (tmp_path / "audit_waivers.yml").write_text(f"- {json.dumps(waiver())}\n")
        monkeypatch.setattr("jobs.toolkit.audit._REPOSITORY", tmp_path)
        assert audit().result["waived"] == 1

    @pytest.mark.parametrize(
        ("objects", "waived"),
        [
            (None, 2),
            ({"name": ["nothing", "bad-?"]}, 2),
            ({"name": "good*"}, 0),
            ({"location": "emea"}, 2),
            ({"location": "EMEA / AMS01"}, 2),
            ({"location": "EME"}, 0),
            ({"role": "Switch", "name": "*-2"}, 1),
            ({"role": "Router"}, 0),
        ],
    )
    def test_fit_by_all_that_is_given(self, devices, audit, objects, waived):
        assert audit(waivers=upload(waiver(objects=objects))).result["waived"] == waived

    def test_by_fingerprint(self, devices, audit):
        fingerprint = found(audit())["bad-2"]["fingerprint"]
        run = audit(waivers=upload(waiver(objects={"fingerprint": fingerprint})))
        assert found(run)["bad-2"]["waiver"]
        assert run.result["waived"] == 1

    def test_of_other_checks_are_none_of_ours(self, devices, audit):
        run = audit(waivers=upload(waiver(check="DCIM-OTHER-001", expires=str(TODAY - timedelta(days=1)))))
        assert (run.result["waived"], run.result["findings"]) == (0, 2)

    def test_expired_ones_are_findings(self, devices, audit):
        run = audit(waivers=upload(waiver(expires=str(TODAY - timedelta(days=1)))))
        assert run.result["checks"] == {Named.id: 2, "AUDIT-WAIVER-001": 1}
        (finding,) = [each for each in content(run)["findings"] if each["check"] == "AUDIT-WAIVER-001"]
        assert finding["details"] == {"owner": "noc", "reason": "On loan.", "written in": "waivers.yml"}

    def test_unused_ones_are_told(self, devices, audit):
        run = audit(waivers=upload(waiver(objects={"name": "gone"})))
        assert [entry.message[:2] for entry in run.logs if entry.grouping == "waivers"] == ["1 "]

    @pytest.mark.parametrize(
        ("entries", "named"),
        [
            ("- check: [", "line 1"),
            ("check: A-1", "list"),
            ("- text", "entry 1"),
            (json.dumps([waiver(), waiver(owner=None)]), "entry 2: owner"),
            (json.dumps([waiver(expires="soon")]), "expires"),
            (json.dumps([waiver(check="console")]), "console"),
            (json.dumps([waiver(objects={"tenant": "x"})]), "tenant"),
            (json.dumps([waiver(until="x")]), "until"),
            (json.dumps([waiver(owner=["a", {}])]), "owner"),
            ("- !!python/object/apply:os.system [id]", "YAML"),
        ],
    )
    def test_bad_ones_are_refused(self, devices, audit, entries, named):
        run = audit(waivers=SimpleUploadedFile("waivers.yml", entries.encode()))
        assert run.exception is None
        assert run.files == {}
        assert named in run.result["refused"]
        assert "waivers.yml" in run.result["refused"]

    def test_large_files_are_refused(self, devices, audit):
        run = audit(waivers=SimpleUploadedFile("waivers.yml", b"#" * ((1 << 20) + 1)))
        assert "bytes" in run.result["refused"]


class TestScore:
    def test_of_everything_and_its_parts(self, devices, audit):
        run = audit(Named, Low, parameters={Low.id: {"text": "bad-1"}})
        # 4 devices; a high check (10) finds 2, a low one (1) finds 1: 21 of 44 are lost.
        assert run.result["score"] == 52.2
        scores = content(run)["scores"]
        assert scores == {"location": {"EMEA / AMS01": 52.2}, "role": {"Switch": 52.2}}
        assert {check["id"]: check["score"] for check in content(run)["checks"]} == {Named.id: 50.0, Low.id: 75.0}

    def test_waived_findings_cost_nothing(self, devices, audit):
        assert audit(waivers=upload(waiver(objects=None))).result["score"] == 100.0

    def test_a_hundred_means_that_nothing_is_wrong(self, lab, devices, audit):
        kind = lab.device_type("Other")
        Device.objects.bulk_create(
            Device(name=f"d{n}", device_type=kind, role=lab.role, location=lab.site, status=lab.active)
            for n in range(3000)
        )
        assert audit(Low, parameters={Low.id: {"text": "bad-1"}}).result["score"] == 99.9

    def test_a_check_that_breaks_does_not_count(self, devices, audit, monkeypatch):
        def find(self, objects, context):
            yield from Named.find(self, objects, context)
            raise ZeroDivisionError

        monkeypatch.setattr(Low, "find", find)
        assert audit(Named, Low).result["score"] == 50.0

    def test_checks_that_are_not_asked_do_not_count(self, devices, audit):
        assert audit(Named, Idle).result["score"] == audit(Named).result["score"] == 50.0


class TestChoice:
    def test_by_id_and_by_tag(self, devices, audit):
        assert set(audit(Named, Low, checks=[Low.id]).result["checks"]) == {Low.id}
        assert set(audit(Named, Low, checks=["tag: names"]).result["checks"]) == {Named.id}
        assert set(audit(Named, Low, checks=["tag: sample"]).result["checks"]) == {Named.id, Low.id}

    def test_by_severity(self, devices, audit):
        assert set(audit(Named, Low, minimum_severity="medium").result["checks"]) == {Named.id}
        assert "severity" in audit(Low, minimum_severity="high").result["refused"]

    def test_not_asked_is_told(self, devices, audit):
        run = audit(Named, Idle)
        assert {check["id"]: check["not_asked"] for check in content(run)["checks"]} == {
            Named.id: None,
            Idle.id: "No policy is stated.",
        }

    @pytest.mark.parametrize(
        ("parameters", "named"),
        [
            ({"DCIM-OTHER-001": {}}, "DCIM-OTHER-001"),
            ({Named.id: {"txt": "x"}}, "txt"),
            ({Named.id: {"text": 5}}, "text"),
            ({Named.id: {"number": "5"}}, "number"),
            ({Named.id: {"number": True}}, "number"),
            ({Named.id: 5}, "by id"),
            ([1], "by id"),
        ],
    )
    def test_bad_parameters_are_refused(self, devices, audit, parameters, named):
        run = audit(parameters=parameters)
        assert run.exception is None
        assert named in run.result["refused"]

    def test_parameters(self, devices, audit):
        assert set(found(audit(parameters={Named.id: {"text": "good"}}))) == {"good-1", "good-2"}


class TestModels:
    def test_each_check_gets_objects_of_its_model(self, lab, devices, audit):
        assert set(audit(Named, Elsewhere).result["checks"]) == {Named.id}
        assert audit(Named, Elsewhere).result["objects"] == 4

    def test_a_model_that_the_user_may_not_view_is_refused(self, devices, audit, make_user):
        run = audit(Named, Elsewhere, user=make_user(permissions={"dcim.view_device": None}))
        assert "dcim.view_rack" in run.result["refused"]
        assert run.files == {}

    def test_a_model_of_another_nautobot_is_not_asked_about(self, devices, audit, monkeypatch):
        monkeypatch.setattr(Elsewhere, "model", "dcim.spaceship")
        run = audit(Named, Elsewhere)
        assert "dcim.spaceship" in {check["id"]: check["not_asked"] for check in content(run)["checks"]}[Elsewhere.id]


class TestStatuses:
    def test_active_ones_unless_the_check_asks_about_any(self, lab, devices, audit, monkeypatch):
        lab.force(devices["bad-1"], status=lab.status("Planned"))
        run = audit(Named, Low)
        assert (run.result["checks"], run.result["objects"]) == ({Named.id: 1, Low.id: 1}, 3)
        monkeypatch.setattr(Low, "any_status", True)
        run = audit(Named, Low)
        assert (run.result["checks"], run.result["objects"]) == ({Named.id: 1, Low.id: 2}, 4)
        run = audit(Named, Low, statuses=[lab.status("Planned")])
        assert run.result["checks"] == {Named.id: 1, Low.id: 1}


class TestFormats:
    def test_workbook(self, devices, audit):
        from openpyxl import load_workbook

        run = audit(formats=["xlsx"])
        rows = list(load_workbook(io.BytesIO(run.files["findings.xlsx"])).active.values)
        assert rows[0][:2] == ("severity", "check")
        assert {row[3] for row in rows[1:]} == {"bad-1", "bad-2"}
        assert {row[6] for row in rows[1:]} == {"'=1+1"}
        with zipfile.ZipFile(io.BytesIO(run.files["findings.xlsx"])) as book:
            assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")

    def test_workbook_without_its_package(self, devices, audit, monkeypatch):
        import sys

        monkeypatch.setitem(sys.modules, "openpyxl", None)
        run = audit(formats=["xlsx"])
        assert run.exception is None
        assert "openpyxl" in run.result["refused"]
        assert run.files == {}

    def test_junit(self, devices, audit):
        run = audit(Named, Low, Idle, formats=["junit"], parameters={Low.id: {"text": "x"}}, waivers=upload(waiver()))
        root = ElementTree.fromstring(run.files["findings.xml"])
        suites = {suite.get("name").split()[0]: suite for suite in root}
        assert suites[Named.id].attrib | {"name": ""} == {
            "name": "",
            "tests": "2",
            "failures": "1",
            "errors": "0",
            "skipped": "1",
        }
        (failure,) = suites[Named.id].findall("testcase/failure")
        assert (failure.get("type"), failure.get("message")) == ("high", "=1+1")
        assert [case.find("failure") for case in suites[Low.id]] == [None]
        assert suites[Idle.id].find("testcase/skipped") is not None

    def test_sarif(self, devices, audit):
        audit()
        run = audit(formats=["sarif"], waivers=upload(waiver()))
        (log,) = json.loads(run.files["findings.sarif"])["runs"]
        assert [rule["id"] for rule in log["tool"]["driver"]["rules"]] == [Named.id]
        results = {each["locations"][0]["logicalLocations"][0]["name"]: each for each in log["results"]}
        assert set(results) == {"bad-1", "bad-2"}
        assert "suppressions" in results["bad-1"]
        assert "suppressions" not in results["bad-2"]
        assert {each["baselineState"] for each in results.values()} == {"unchanged"}

    def test_hostile_names_stay_text(self, devices, lab, audit):
        lab.force(devices["bad-1"], name='bad"><failure/>\x01&]]>')
        run = audit(formats=["junit", "sarif", "xlsx"])
        root = ElementTree.fromstring(run.files["findings.xml"])
        assert len(root.findall(".//failure")) == 2
        assert len(json.loads(run.files["findings.sarif"])["runs"][0]["results"]) == 2


class TestCompliance:
    @pytest.fixture
    def records(self, db):
        models = pytest.importorskip("nautobot.data_validation.models")
        return models.DataCompliance.objects

    def test_refused_where_nautobot_has_none(self, devices, audit):
        run = audit(record_compliance=True)
        refused = run.result.get("refused", "")
        assert ("3.0 is the first that has them" in refused) == (not apps.is_installed("nautobot.data_validation"))

    def test_written_and_removed(self, devices, lab, audit, records):
        audit(record_compliance=True)
        assert {(each.validated_object_str, each.validated_attribute, each.valid) for each in records.all()} == {
            ("bad-1", "name", False),
            ("bad-2", "name", False),
        }
        assert {each.validated_object for each in records.all()} == {devices["bad-1"], devices["bad-2"]}
        lab.force(devices["bad-1"], name="mended")
        audit(record_compliance=True)
        assert [each.object_id for each in records.all()] == [devices["bad-2"].pk]

    def test_not_written_unless_asked_for_nor_when_waived(self, devices, audit, records):
        audit()
        assert not records.exists()
        audit(record_compliance=True, waivers=upload(waiver()))
        assert [each.validated_object_str for each in records.all()] == ["bad-2"]

    def test_of_objects_out_of_scope_stay_and_those_of_gone_ones_go(self, devices, lab, audit, records):
        lab.force(devices["bad-2"], location=lab.location("LON01"))
        audit(record_compliance=True)
        devices["bad-2"].refresh_from_db()
        devices["bad-2"].name = "mended"
        devices["bad-2"].validated_save()
        audit(record_compliance=True, everything=False, locations=[lab.site])
        assert records.count() == 2
        devices["bad-2"].delete()
        audit(record_compliance=True, everything=False, locations=[lab.site])
        assert [each.validated_object_str for each in records.all()] == ["bad-1"]

    def test_need_permissions(self, devices, audit, make_user, records):
        run = audit(record_compliance=True, user=make_user(permissions={"dcim.view_device": None}))
        assert "data_validation.add_datacompliance" in run.result["refused"]
        assert run.files == {}

    def test_constraints_of_permissions_hold(self, devices, audit, make_user, records):
        allowed = {f"data_validation.{action}_datacompliance": None for action in ("add", "delete")}
        user = make_user(
            permissions={
                "dcim.view_device": None,
                **allowed,
                "data_validation.change_datacompliance": {"compliance_class_name": "other"},
            }
        )
        run = audit(record_compliance=True, user=user)
        assert run.status == "FAILURE"
        assert run.files
        assert any("constraints" in message for message in run.messages("failure"))
        assert not records.exists()
