"""GitHub's workflows: what they run is pinned, may do little, and covers what is said to be supported."""

import importlib.util
import re
import shlex
import sys
from pathlib import Path

import pytest
import yaml
from invoke.exceptions import ParseError
from invoke.parser import Parser
from packaging.specifiers import SpecifierSet
from packaging.version import Version

try:
    import tomllib
except ModuleNotFoundError:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
WORKFLOWS = {path.name: yaml.safe_load(path.read_text()) for path in FILES}
JOBS = {(name, job): body for name, workflow in WORKFLOWS.items() for job, body in workflow["jobs"].items()}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SUPPORTED = PROJECT["tool"]["nautobot-jobs"]["nautobot"]
# By Nautobot's own metadata.
PYTHONS = {"2.4": "<3.13", "3.0": "<3.14", "3.1": "<3.15", "3.2": "<3.15"}


def steps():
    return [(where, step) for where, job in JOBS.items() for step in job["steps"]]


def test_there_are_workflows():
    assert set(WORKFLOWS) >= {"ci.yml", "release.yml", "review.yml", "weekly.yml"}
    assert len(steps()) > 40


def test_actions_are_pinned_by_commit_with_the_version_beside_it():
    pins: dict[str, set[str]] = {}
    for path in FILES:
        for line in path.read_text().splitlines():
            if "uses:" in line:
                found = re.search(r"uses: ([\w.-]+/[\w./-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)$", line)
                assert found, f"{path.name}: {line.strip()}"
                pins.setdefault(found.group(1), set()).add(found.group(2))
    assert [name for name, commits in pins.items() if len(commits) > 1] == []
    assert len(pins) == len({step["uses"].split("@")[0] for _, step in steps() if "uses" in step})


@pytest.mark.parametrize("where", JOBS, ids=":".join)
def test_a_job_may_do_what_it_says_and_ends(where):
    name, job = where[0], JOBS[where]
    assert WORKFLOWS[name]["permissions"] == {}
    assert job["permissions"]
    assert job["timeout-minutes"] <= 60
    assert "concurrency" in WORKFLOWS[name]


def test_what_may_write_runs_nothing_of_the_repository_or_of_packages():
    """A job with more than read access installs nothing and calls no task."""
    writing = [where for where, job in JOBS.items() if set(job["permissions"].values()) != {"read"}]
    assert len(writing) == 6
    for where in writing:
        for step in JOBS[where]["steps"]:
            assert not re.search(r"\b(uv|pip|python3?|invoke)\b", step.get("run", "")), where


def test_no_checkout_keeps_credentials():
    checkouts = [step for _, step in steps() if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) >= 10
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_nothing_is_pasted_into_a_script():
    assert [where for where, step in steps() if "${{" in step.get("run", "")] == []


def test_every_supported_nautobot_is_tested_and_every_python():
    matrix = JOBS["ci.yml", "test"]["strategy"]["matrix"]["include"]
    tested = [(entry["nautobot"], entry["python"]) for entry in matrix]

    assert {nautobot for nautobot, _ in tested} == set(SUPPORTED)
    required = SpecifierSet(PROJECT["project"]["requires-python"])
    assert {python for _, python in tested} == {f"3.{minor}" for minor in range(30) if f"3.{minor}" in required}
    for nautobot, python in tested:
        line = ".".join(nautobot.split(".")[:2])
        assert python in SpecifierSet(PYTHONS[line]), (nautobot, python)


def test_the_pinned_nautobot_is_the_newest_supported():
    pin = next(pin for pin in PROJECT["tool"]["uv"]["constraint-dependencies"] if pin.startswith("nautobot=="))
    assert pin == f"nautobot=={max(SUPPORTED, key=Version)}"


def test_every_task_that_a_workflow_calls_is_there_and_takes_its_options(monkeypatch):
    spec = importlib.util.spec_from_file_location("repository_tasks", ROOT / "tasks.py")
    tasks = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, tasks)  # it makes its collection from there
    spec.loader.exec_module(tasks)
    called = [
        shlex.split(call) for _, step in steps() for call in re.findall(r"uv run invoke ([^\n']+)", step.get("run", ""))
    ]

    assert len(called) > 10
    wrong = {}
    for arguments in called:
        try:
            Parser(contexts=tasks.namespace.to_contexts()).parse_argv(arguments)
        except ParseError as error:
            wrong[" ".join(arguments)] = str(error)
    assert wrong == {}
