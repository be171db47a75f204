"""A report as text, JSON, SARIF and annotations."""

import json
from io import StringIO

import pytest
from nautobot_dev_tools.check.config import Config
from nautobot_dev_tools.check.engine import check_folder
from nautobot_dev_tools.check.output import as_json, github, sarif, text, write
from rich.console import Console

REPOSITORY = {
    "__init__.py": "",
    "jobs/__init__.py": '''"""Hello."""

from nautobot.apps.jobs import register_jobs

from .[x], y import z
''',
    "jobs/a b,c:d%.py": "",
    "jobs/hello.py": '''"""Hello."""

from nautobot.apps.jobs import Job


class Greeting(Job):
\t"""Says [hello]."""

\tasd = 1; name = "[red]x"
''',
}


@pytest.fixture
def report(write, tmp_path):
    write(REPOSITORY)
    return check_folder(tmp_path, Config())


def printed(report):
    console = Console(file=StringIO(), width=200, highlight=False)
    text(report, console)
    return console.file.getvalue()


def test_text_shows_the_place(report, tmp_path):
    lines = printed(report).splitlines()
    at = next(number for number, line in enumerate(lines) if "JOB301" in line)
    assert lines[at].startswith(f"{tmp_path}/jobs/hello.py:9:11: error JOB301 'name'")
    assert lines[at + 1] == '    asd = 1; name = "[red]x"'
    assert lines[at + 2] == "    " + " " * 9 + "^"
    assert lines[-1] == "3 errors, 1 warning in 4 files."


def test_nothing_found(write, tmp_path):
    write({"__init__.py": "", "jobs/__init__.py": ""})
    assert printed(check_folder(tmp_path, Config())) == "No findings in 2 files.\n"


def test_json(report, tmp_path):
    said = json.loads(as_json(report))
    assert said["files"] == 4
    assert [each["rule"] for each in said["findings"]] == ["JOB105", "JOB107", "JOB201", "JOB301"]
    assert said["findings"][-1] == {
        "rule": "JOB301",
        "name": "reserved-name",
        "severity": "error",
        "path": f"{tmp_path}/jobs/hello.py",
        "line": 9,
        "column": 11,
        "message": "'name' is a name of Nautobot's own Job: state it in `class Meta`.",
        "source": '\tasd = 1; name = "[red]x"',
        "fixable": False,
    }


def test_sarif(report):
    said = json.loads(sarif(report))
    assert said["version"] == "2.1.0"
    (run,) = said["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [each["id"] for each in rules] == ["JOB105", "JOB107", "JOB201", "JOB301"]
    for each in rules:
        assert each["shortDescription"]["text"]
        assert each["fullDescription"]["text"]
        assert each["defaultConfiguration"]["level"] in ("note", "warning", "error")
    for each in run["results"]:
        assert rules[each["ruleIndex"]]["id"] == each["ruleId"]
        assert each["level"] in ("note", "warning", "error")
        (location,) = each["locations"]
        region = location["physicalLocation"]["region"]
        assert region["startLine"] >= 1
        assert region["startColumn"] >= 1
    odd = next(each for each in run["results"] if each["ruleId"] == "JOB107")
    assert odd["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("/jobs/a%20b%2Cc%3Ad%25.py")


def test_annotations_of_github(report, tmp_path):
    lines = github(report).splitlines()
    assert len(lines) == 4
    assert lines[1].startswith(
        f"::warning file={tmp_path}/jobs/a b%2Cc%3Ad%25.py,line=1,col=1,title=JOB107 name-not-importable::No "
    )
    assert lines[3].startswith("::error file=")


@pytest.mark.parametrize(("kind", "begins"), [("text", "/"), ("json", "{"), ("sarif", "{"), ("github", "::error")])
def test_to_a_file(report, tmp_path, kind, begins, capsys):
    write(report, kind, tmp_path / "report")
    assert (tmp_path / "report").read_text().startswith(begins)
    assert (tmp_path / "report").read_text().endswith("\n")
    assert capsys.readouterr().out == ""
