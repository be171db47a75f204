"""Repositories through the real loader of a real Nautobot, in a process of its own."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from nautobot_dev_tools.cli import main
from nautobot_dev_tools.load_report import LoadReport, load
from nautobot_dev_tools.project import Project

REPOSITORIES = Path(__file__).parent / "repositories"
GOOD = """\
from nautobot.apps.jobs import ChoiceVar, Job, StringVar, register_jobs


def choices():
    raise LookupError("no choices today")


class Good(Job):
    class Meta:
        name = "Good"

    def run(self):
        pass


class BadForm(Job):
    kind = ChoiceVar(choices=choices)

    def run(self, kind):
        pass


class WorseForm(Job):
    thing = StringVar(default=choices)

    def run(self, thing):
        pass
"""
REGISTER = "\n\nregister_jobs(Good, BadForm, WorseForm)\n"


@pytest.fixture
def loaded(write):
    """A function that loads these files, with the databases of the repository that this session runs in."""

    def report(files: dict[str, str]) -> LoadReport:
        root = write(files)
        before = set(sys.modules)
        made = load(root, of=Project.find())
        assert not [name for name in set(sys.modules) - before if "jobs" in name.split(".")]
        return made

    return report


def test_what_registers_and_which_forms_open(loaded):
    later = GOOD.replace("class Good(Job):", 'class Good(Job):\n    minimum_nautobot = "99.0"').replace(
        '"Good"', '"Later"'
    )
    report = loaded(
        {
            "__init__.py": "",
            "jobs/__init__.py": "from . import good, later\n",
            "jobs/good.py": GOOD + REGISTER,
            "jobs/later.py": later,
        }
    )

    assert report.synced
    assert report.jobs == {
        "jobs.good.Good": "Good",
        "jobs.good.BadForm": "BadForm",
        "jobs.good.WorseForm": "WorseForm",
    }
    assert sorted(report.forms) == ["jobs.good.BadForm", "jobs.good.WorseForm"]
    assert report.forms["jobs.good.BadForm"].startswith("kind: LookupError: no choices today (good.py:5)")
    assert report.forms["jobs.good.WorseForm"].startswith("thing: LookupError: no choices today")
    assert report.lost == {}
    assert report.needs == {"jobs.later.Good": "99.0"}
    assert not report.ok


def test_every_module_that_fails_is_told_once_with_the_chain_that_imports_it(loaded):
    report = loaded(
        {
            "__init__.py": "",
            "jobs/__init__.py": "from .one import One\nfrom .good import *\nfrom .two import Two\n",
            "jobs/good.py": GOOD + REGISTER,
            "jobs/one.py": "from .deep import x\n\n\nclass One: pass\n",
            "jobs/deep.py": "import os\n\nimport no_such_package\n",
            "jobs/two.py": "x = 1\n\n\nraise SystemExit(7)\n",
        }
    )

    assert not report.synced
    assert report.jobs == {}
    [deep, two] = sorted(report.problems)
    assert deep.startswith("jobs/deep.py:3: ModuleNotFoundError: No module named 'no_such_package'")
    assert "imported by jobs/__init__.py:1 → jobs/one.py:1" in deep
    assert two.startswith("jobs/two.py:4: SystemExit")
    assert sorted(report.lost) == ["jobs.good.BadForm", "jobs.good.Good", "jobs.good.WorseForm"]
    assert report.lost["jobs.good.Good"] == "the sync fails as a whole, for what is wrong elsewhere"
    assert "would not sync" in report.as_text()


def test_code_that_ends_the_process_ends_no_other(loaded):
    report = loaded(
        {
            "__init__.py": "",
            "jobs/__init__.py": "import os\nos._exit(3)\n",
            "jobs/x.py": GOOD + REGISTER,
        }
    )

    assert not report.synced
    [problem] = report.problems
    assert "exit code 3" in problem
    assert len(report.lost) == 3


def test_a_migration_is_verified_on_a_copy(tmp_path):
    root = tmp_path / "v1"
    shutil.copytree(REPOSITORIES / "v1_package", root)

    result = CliRunner().invoke(main, ["migrate", str(root), "--verify", "--format", "json"])

    verified = json.loads(result.stdout)["verified"]
    assert list(verified["jobs"]) == ["jobs.audit.DeviceConnections", "jobs.new_branch.NewBranch"], result.output
    assert verified["ok"]
    assert result.exit_code == 0
    assert not (root / "__init__.py").exists()
    before = {path.name: path.read_bytes() for path in (REPOSITORIES / "v1_package/jobs").glob("*.py")}
    assert {path.name: path.read_bytes() for path in (root / "jobs").glob("*.py")} == before


def test_check_load_is_text_or_json(tmp_path):
    result = CliRunner().invoke(main, ["check", str(tmp_path), "--load", "--format", "sarif"])

    assert result.exit_code == 2
    assert "--load has no --format sarif" in result.output
