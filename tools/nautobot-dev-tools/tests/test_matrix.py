"""What `matrix` shows, saves and returns, for made-up results."""

import json

import pytest
from nautobot_dev_tools import matrix
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.exercises import blank_row
from nautobot_dev_tools.project import Project
from rich.console import Console

SUPPORTED = ["90.0.0", "90.0.9", "90.1.0", "90.1.2"]


def ran(job: str, seconds: float | None = 0.5, **different) -> dict:
    row = blank_row(f"Job: {job}", f"tiny.jobs.{job}") | {"status": "SUCCESS", "as_expected": True, "seconds": seconds}
    return row | different


def failed(job: str) -> dict:
    return ran(job, status="FAILURE", as_expected=False, unexpected=["it broke"])


def newer(job: str, minimum: str) -> dict:
    """The row of a Job that says that it needs a newer version, known there by its class only."""
    return ran(job, None, status=f"needs {minimum}", expected=f"needs {minimum}") | {"job": job}


def result(*rows: dict, seconds: float | None = 12.3, error: str | None = None) -> dict:
    return {"jobs": list(rows), "seconds": seconds, "error": error, "log": "matrix.log"}


def lines(results: dict[str, dict]) -> dict[str, list[str]]:
    """The table as people read it: the words of each row, by its first."""
    console = Console(width=120)
    with console.capture() as captured:
        console.print(matrix.table(results))
    rows = [[part for part in row.split("  ") if part.strip()] for row in captured.get().splitlines()]
    return {row[0].strip(): [part.strip() for part in row[1:]] for row in rows if row}


@pytest.fixture
def run(monkeypatch, tmp_path):
    """A function that runs the matrix with made-up results by version; returns its verdict, and the versions that it asked for."""
    project = Project(tmp_path, {"nautobot": SUPPORTED})

    def made(results: dict[str, dict], *wanted: str, **options) -> tuple[bool, list[str]]:
        asked: list[str] = []

        def on_version(one):
            asked.append(one.name)
            return results.get(one.name, result(ran("A")))

        monkeypatch.setattr(matrix, "on_version", on_version)
        return matrix.matrix(project, list(wanted), **options), asked

    return made


def test_the_table_has_a_row_a_job_and_a_column_a_version():
    shown = lines(
        {
            "90.0.9": result(ran("B", 1.25), ran("B", 0.5), ran("A"), newer("C", "90.1")),
            "90.1.2": result(failed("B"), ran("A"), ran("C", 2)),
            "91.0.0": result(seconds=None, error="no such version"),
        }
    )

    assert shown["Job"] == ["90.0.9", "90.1.2", "91.0.0"]
    assert [name for name in shown if name.startswith("Job: ")] == ["Job: A", "Job: B", "Job: C"]
    assert shown["Job: A"] == ["✓ 0.50 s", "✓ 0.50 s", "not there"]
    assert shown["Job: B"][0] == "✓ 1.75 s"
    assert "FAILURE" in shown["Job: B"][1]
    assert shown["Job: C"] == ["needs 90.1", "✓ 2.00 s", "not there"]
    assert shown["Whole demo"] == ["12 s", "12 s", "failed"]


def test_all_well(run):
    assert run({"90.0.9": result(ran("A"), newer("C", "90.1")), "90.1.2": result(ran("A"), ran("C"))})[0]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (result(ran("A"), failed("B")), "Nautobot 90.1.2: Job: B: it broke"),
        (result(seconds=None, error="uv is not here"), "Nautobot 90.1.2: uv is not here"),
        (result(ran("A")), "Nautobot 90.1.2: tiny.jobs.B: not there"),
    ],
    ids=["a Job that failed", "no demo at all", "a Job that is missing without a word"],
)
def test_one_bad_version_fails_it_and_is_named(run, capsys, bad, said):
    good = result(ran("A"), ran("B"))

    ok, _ = run({"90.0.9": good, "90.1.2": bad})

    assert not ok
    assert said in capsys.readouterr().out


def test_which_versions(run):
    assert run({})[1] == ["90.0.9", "90.1.2"]
    assert run({}, everything=True)[1] == SUPPORTED
    assert run({}, "90.0", "90.1.1")[1] == ["90.0.9", "90.1.1"]


def test_the_result_is_saved_where_asked_and_in_the_state_folder(run, tmp_path):
    results = {"90.0.9": result(ran("A")), "90.1.2": result(failed("A"))}

    run(results, json_file=tmp_path / "some" / "where.json")

    assert json.loads((tmp_path / "some" / "where.json").read_text()) == results
    assert json.loads((tmp_path / ".nautobot" / "matrix.json").read_text()) == results


def test_no_version_to_run_on(tmp_path):
    with pytest.raises(DevToolsError, match=r"No version to run on: name them in pyproject\.toml"):
        matrix.matrix(Project(tmp_path), [])
