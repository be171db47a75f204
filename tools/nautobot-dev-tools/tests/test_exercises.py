"""Declared sample runs: what their files may say, and when a run is what its exercise says."""

from io import BytesIO
from types import SimpleNamespace

import pytest
from nautobot.dcim.models import Location, LocationType
from nautobot.extras.models import Job, JobHook, Status
from nautobot_dev_tools import exercises
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.exercises import Exercise
from nautobot_dev_tools.run import Outcome

GOOD = """
- job: jobs.hello.Hello
  title: Say hello
- job: jobs.audit.Audit
  title: Audit a site
  inputs: {locations: [AMS01], fail_at: high}
  status: failure
  expect: {findings: 12, files: [report.html]}
  rehearse: true
"""


def _load(project, write, text: str, name: str = "one.yml"):
    write({f"exercises/{name}": text})
    return exercises.load(project)


def test_what_is_declared_is_read_in_order_of_file_and_entry(project, write, tmp_path):
    write({"exercises/b.yaml": "- {job: jobs.b.B, title: Last}\n", "exercises/notes.txt": "- not one\n"})
    first, second, third = _load(project, write, GOOD, "a.yml")

    path = tmp_path / "exercises" / "a.yml"
    assert first == Exercise(job="jobs.hello.Hello", title="Say hello", source=path)
    assert (first.status, first.inputs, first.expect, first.rehearse) == ("success", {}, {}, False)
    assert second.inputs == {"locations": ["AMS01"], "fail_at": "high"}
    assert second.status == "failure"
    assert second.expect == {"findings": 12, "files": ["report.html"]}
    assert second.rehearse is True
    assert third.job == "jobs.b.B"


def test_no_folder_and_empty_files(project, write):
    assert exercises.load(project) == []
    assert _load(project, write, "# nothing yet\n") == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- job: [", r"one\.yml: (?s:.*)line 1"),
        ("job: jobs.hello.Hello", "one.yml: must be a list"),
        ("- jobs.hello.Hello", "one.yml, exercise 1: must be a mapping"),
        ("- {title: x}", r"one.yml, exercise 1 \(without a job\): job is missing"),
        ("- {job: a.B, title: x}\n- {job: a.B}", r"one.yml, exercise 2 \(a.B\): title is missing"),
        ("- {job: a.B, title: 3}", r"exercise 1 \(a.B\): title is missing, or no text"),
        ("- {job: a.B, title: x, input: {}}", r"exercise 1 \(a.B\): unknown input; there are button, expect, "),
        (
            "- {job: a.B, title: x, status: failed}",
            r"exercise 1 \(a.B\): status is one of success, failure, not 'failed'",
        ),
        ("- {job: a.B, title: x, inputs: [1]}", r"exercise 1 \(a.B\): inputs must be a mapping"),
        ("- {job: a.B, title: x, inputs: null}", r"exercise 1 \(a.B\): inputs must be a mapping"),
        ("- {job: a.B, title: x, expect: 12}", r"exercise 1 \(a.B\): expect must be a mapping"),
        ("- {job: a.B, title: x, expect: {finding: 12}}", r"exercise 1 \(a.B\): unknown finding in expect"),
        ("- {job: a.B, title: x, button: dcim.device}", r"exercise 1 \(a.B\): button must be a mapping"),
        ("- {job: a.B, title: x, button: {}}", r"exercise 1 \(a.B\): button names one object"),
        ("- {job: a.B, title: x, hook: {update: {name: y}}}", r"exercise 1 \(a.B\): hook names one object"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_entry(project, write, text, complaint):
    with pytest.raises(DevToolsError, match=complaint):
        _load(project, write, text)


ROW = {"status": "success", "exception": None, "findings": 12, "changes": None, "files": ["report.html", "data.csv"]}


def _exercise(**fields) -> Exercise:
    return Exercise(job="jobs.hello.Hello", title="x", source=None, **fields)


@pytest.mark.parametrize(
    ("declared", "row", "expected"),
    [
        ({}, {}, []),
        ({"expect": {"findings": 12, "files": ["report.html"]}}, {}, []),
        ({}, {"status": "failure"}, ["status failure instead of success"]),
        ({"status": "failure"}, {}, ["status success instead of failure"]),
        ({"status": "failure"}, {"status": "failure"}, []),
        ({"expect": {"findings": 11}}, {}, ["12 findings instead of 11"]),
        ({"expect": {"findings": 0}}, {}, ["12 findings instead of 0"]),
        ({"expect": {"changes": 0}}, {}, ["None changes instead of 0"]),
        ({"expect": {"files": ["report.html", "a.json", "b"]}}, {}, ["no file a.json, b"]),
        ({"status": "failure"}, {"status": "failure", "exception": "KeyError: 'x'"}, ["KeyError: 'x'"]),
    ],
)
def test_when_a_run_is_not_what_its_exercise_says(declared, row, expected):
    assert exercises._unexpected(_exercise(**declared), ROW | row, dry_run=False) == expected


def test_several_differences_are_all_told():
    declared = _exercise(status="failure", expect={"findings": 1, "files": ["x"]})

    assert len(exercises._unexpected(declared, ROW, dry_run=False)) == 3


@pytest.mark.parametrize(
    ("row", "good"),
    [
        ({}, True),
        ({"status": "failure", "findings": 99}, True),  # a finding on somebody else's data is no fault of the Job
        ({"exception": "KeyError: 'x'"}, False),
        ({"status": "pending"}, False),
        ({"status": "revoked"}, False),
    ],
)
def test_a_rehearsal_expects_no_more_than_no_exception(row, good):
    declared = _exercise(expect={"findings": 1, "files": ["other.txt"]})
    problems = exercises._unexpected(declared, ROW | row, dry_run=True)

    assert (problems == []) is good
    assert all(problems)


@pytest.mark.parametrize(
    ("result", "findings"),
    [({"findings": 3}, 3), ({"findings": [1, 2]}, 2), ({"findings": {}}, 0), ({}, None), (None, None), ("text", None)],
)
def test_findings_are_counted_from_what_the_job_returned(result, findings):
    outcome = Outcome(None, "success", 1.0, result, 0, {}, None)

    assert outcome.count("findings") == findings


def test_a_job_that_is_not_there_is_a_row_not_an_error(db, project, tmp_path):
    row = exercises.execute(_exercise(), project, None, reports=tmp_path)

    assert row["status"] == "not run"
    assert row["as_expected"] is False
    assert "There is no installed Job" in row["exception"]
    assert row["unexpected"] == [row["exception"]]


@pytest.fixture
def site(db):
    kind = LocationType.objects.create(name="Site")
    return Location.objects.create(
        name="AMS01", location_type=kind, status=Status.objects.get_for_model(Location).first()
    )


def test_objects_of_buttons_and_hooks(site):
    assert exercises._object("dcim.location", {"name": "AMS01"}) == site
    assert exercises._object("dcim.location", {}) == site


@pytest.mark.parametrize(
    ("label", "lookups"),
    [
        ("dcim.location", {"name": "AMS99"}),
        ("dcim.location", {"nmae": "AMS01"}),
        ("dcim.locations", {}),
        ("location", {}),
    ],
)
def test_objects_that_are_not_there(site, label, lookups):
    with pytest.raises(DevToolsError, match=label):
        exercises._object(label, lookups)


def test_a_hook_is_removed_even_where_the_change_is_refused(site, superuser):
    receiver = Job.objects.first()
    hook = {"dcim.location": {"name": "AMS01"}, "update": {"name": ""}}

    with pytest.raises(DevToolsError, match="name"):
        exercises._fire_hook(hook, receiver, superuser)

    assert not JobHook.objects.exists()


def test_any_object_is_one_that_may_be_changed(site):
    """Data holds objects that Nautobot itself would refuse today."""
    refused = Location(name="AMS02", location_type=site.location_type)

    assert exercises._changed([refused, site], {"description": "new"}) is site
    assert site.description == "new"
    with pytest.raises(DevToolsError, match="status"):
        exercises._changed([refused], {"description": "new"})


def test_files_land_in_their_folder_whatever_their_names_claim(tmp_path):

    def proxy(content):
        return SimpleNamespace(file=SimpleNamespace(open=lambda mode: BytesIO(content)))

    files = {"../../evil.txt": proxy(b"1"), "/etc/evil": proxy(b"2"), "a/b.csv": proxy(b"3")}
    saved = Outcome(None, "success", 1.0, None, 0, files, None).save_files(tmp_path / "reports")

    assert sorted(path.relative_to(tmp_path / "reports").as_posix() for path in saved) == [
        "b.csv",
        "evil",
        "evil.txt",
    ]
    assert not (tmp_path / "evil.txt").exists()
