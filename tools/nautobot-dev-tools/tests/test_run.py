"""Finding a Job by what people call it, refusing inputs before anything runs, and the rows of a demo."""

import json
import threading

import pytest
from nautobot.extras.models import Job, JobLogEntry, JobQueue, JobResult
from nautobot_dev_tools import demo, run
from nautobot_dev_tools.console import rows_table
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.exercises import Exercise
from nautobot_dev_tools.instance import Instance
from nautobot_dev_tools.processes import file_lock
from nautobot_dev_tools.workbench import Workbench
from rich.console import Console


@pytest.fixture
def record(db):
    """A function that makes the record of a Job."""

    def made(class_path: str, name: str, **fields) -> Job:
        module, class_name = class_path.rsplit(".", 1)
        return Job.objects.create(
            module_name=module,
            job_class_name=class_name,
            name=name,
            grouping="x",
            default_job_queue=JobQueue.objects.first(),
            **{"installed": True, "enabled": True, **fields},
        )

    return made


@pytest.mark.parametrize("wanted", ["Unmistakable", "tiny.jobs.a.Unmistakable", "a.Unmistakable", "Not to be mistaken"])
def test_a_job_by_what_people_call_it(record, wanted):
    job = record("tiny.jobs.a.Unmistakable", "Not to be mistaken")

    assert run.find_job(wanted) == job
    assert run.find_job(str(job.pk)) == job


def test_a_name_that_several_have(record):
    record("tiny.jobs.a.Twin", "One")
    record("other.jobs.b.Twin", "Other")

    with pytest.raises(DevToolsError, match=r"give one of: .*tiny\.jobs\.a\.Twin") as caught:
        run.find_job("Twin")
    assert "other.jobs.b.Twin" in str(caught.value)


def test_a_name_that_none_has(record):
    record("tiny.jobs.a.Unmistakable", "Not to be mistaken")
    record("tiny.jobs.a.Uninstalled", "Gone", installed=False)

    with pytest.raises(DevToolsError, match=r"no installed Job 'Unmistakeable'\. Did you mean tiny\.jobs\.a\.Unmist"):
        run.find_job("Unmistakeable")
    with pytest.raises(DevToolsError, match=r"There are: .*tiny\.jobs\.a\.Unmistakable"):
        run.find_job("zzzzzzzz")
    with pytest.raises(DevToolsError, match="no installed Job"):
        run.find_job("Uninstalled")


@pytest.fixture
def system_job(db):
    """One that Nautobot itself brings, with required inputs."""
    job = Job.objects.get(module_name="nautobot.core.jobs", job_class_name="ExportObjectList")
    job.enabled = True
    job.save()
    return job


def test_inputs_that_do_not_fit_are_told_by_variable_and_nothing_is_enqueued(system_job, superuser, tmp_path):
    with pytest.raises(DevToolsError, match=r"^content_type: ") as caught:
        run.start(system_job, {"export_format": "pdf"}, superuser, folder=tmp_path)
    assert "export_format: " in str(caught.value)
    with pytest.raises(DevToolsError, match=r"no variable 'contenttype'.*Did you mean content_type"):
        run.start(system_job, {"contenttype": "x"}, superuser, folder=tmp_path)

    assert not JobResult.objects.exists()


def test_a_disabled_job_is_told(system_job, superuser, tmp_path):
    system_job.enabled = False
    inputs = {"content_type": {"app_label": "dcim", "model": "device"}}

    with pytest.raises(DevToolsError, match="is not enabled; enable it"):
        run.start(system_job, inputs, superuser, folder=tmp_path)
    assert not JobResult.objects.exists()


def test_a_job_whose_code_is_not_there(record, superuser, tmp_path):
    with pytest.raises(DevToolsError, match=r"tiny\.jobs\.a\.Ghost does not load; sync"):
        run.start(record("tiny.jobs.a.Ghost", "Ghost"), {}, superuser, folder=tmp_path)


@pytest.fixture
def finished(db, tmp_path, monkeypatch):
    """A function that makes the result of a run that has ended."""
    monkeypatch.setenv("NAUTOBOT_DEV_TOOLS_METRICS", str(tmp_path))

    def made(status: str, result) -> JobResult:
        job_result = JobResult.objects.create(name="x", status=status, result=result)
        (tmp_path / f"{job_result.pk}.json").write_text(json.dumps({"queries": 7}))
        for message in ("first", "second"):
            JobLogEntry.objects.create(job_result=job_result, message=message, log_level="info")
        return job_result

    return made


def test_the_outcome_of_a_run(finished):
    seen = []

    outcome = run.wait(finished("SUCCESS", {"findings": 3}), on_log=lambda entry: seen.append(entry.message))

    assert (outcome.status, outcome.result, outcome.exception) == ("success", {"findings": 3}, None)
    assert (outcome.log_lines, outcome.measured, outcome.files) == (2, {"queries": 7}, {})
    assert seen == ["first", "second"]  # each once


def test_the_outcome_of_an_exception(finished):
    raised = {"exc_type": "KeyError", "exc_module": "builtins", "exc_message": ["x"]}

    outcome = run.wait(finished("FAILURE", raised))

    assert (outcome.status, outcome.exception) == ("failure", "KeyError: x")


def test_a_job_that_failed_itself_is_no_exception(finished):
    outcome = run.wait(finished("FAILURE", {"findings": 1}))

    assert (outcome.status, outcome.exception, outcome.count("findings")) == ("failure", None, 1)


def test_syncs_of_one_project_wait_for_each_other(project, monkeypatch):
    """The watcher and a command sync what one has saved at the same time; together they were a deadlock."""
    monkeypatch.setattr(Instance, "project", project)
    committed = threading.Event()

    class Tree:
        def commit(self):
            committed.set()
            raise DevToolsError("far enough")

    def sync():
        with pytest.raises(DevToolsError, match="far enough"):
            Workbench(Instance(None, "dev"), None, Tree(), "").sync()

    other = threading.Thread(target=sync, daemon=True)
    with file_lock(project.state / "sync.lock"):
        other.start()
        assert not committed.wait(0.2)
    assert committed.wait(10)
    other.join(10)


def test_a_run_that_does_not_end(finished):
    with pytest.raises(DevToolsError, match="x was not ready within 0 s"):
        run.wait(finished("STARTED", None), timeout=0)


def test_a_job_without_an_exercise_is_not_as_expected(record, project, monkeypatch):
    """The demo executes every Job: one that nothing runs must not pass unnoticed."""
    slug = project.slug
    record(f"{slug}.jobs.a.Declared", "Declared")
    record(f"{slug}.jobs.a.Forgotten", "Forgotten")
    record(f"{slug}.jobs.a.Lost", "Lost", installed=False)
    record("other.jobs.Other", "Other")
    monkeypatch.setattr(Instance, "project", project)
    bench = Workbench(Instance(None, "demo"), None, None, "")

    (row,) = demo._without_exercise(bench, [Exercise("jobs.a.Declared", "x", project.root)])

    assert (row["class_path"], row["status"], row["as_expected"]) == (f"{slug}.jobs.a.Forgotten", "not run", False)
    assert "add one under exercises/" in row["unexpected"][0]


def _row(**fields) -> dict:
    told = {"job": "Hello", "title": "Say hello", "class_path": "x.Hello", "status": "success", "expected": "success"}
    numbers = {"seconds": 1.234, "queries": 12345, "log_lines": 3, "findings": 0, "changes": None}
    rest = {"files": ["a.csv", "b.html"], "exception": None, "peak_memory_mb": 12.34, "unexpected": []}
    return told | numbers | rest | {"as_expected": True} | fields


def test_the_conclusion_is_good_if_every_row_is(tmp_path, capsys):
    target = tmp_path / "new" / "x.json"

    assert demo.conclude([_row(), _row()], 12.345, "Demo", tmp_path, target) is True
    assert json.loads(target.read_text()) == {"jobs": [_row(), _row()], "seconds": 12.35}

    bad = _row(job="Bad", as_expected=False, unexpected=["status failure instead of success", "no file [x]"])
    assert demo.conclude([_row(), bad], 12.3, "Demo", tmp_path, None) is False
    assert "Bad: status failure instead of success; no file [x]" in capsys.readouterr().out


def test_the_table_shows_what_is_known_and_nothing_for_what_is_not(capsys):
    unknown = _row(seconds=None, queries=None, log_lines=None, peak_memory_mb=None)

    Console(width=150).print(rows_table("Title", [_row(), unknown]))

    text = capsys.readouterr().out
    assert "1.23" in text
    assert "12,345" in text
    assert "a.csv, b.html" in text
    assert "None" not in text
