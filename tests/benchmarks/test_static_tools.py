"""The benchmark of the static tools measures what it says: real commands, over files that parse."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import static_tools


@pytest.fixture
def repository(tmp_path):
    static_tools.write_repository(tmp_path / "r", 40)
    return tmp_path / "r"


def test_repository(repository):
    files = sorted(repository.rglob("*.py"))

    assert len(files) == 40
    for path in files:
        ast.parse(path.read_text())
    commits = subprocess.run(["git", "log", "--format=%h"], cwd=repository, capture_output=True, text=True, check=True)
    assert len(commits.stdout.split()) == 2


def test_a_command_that_fails_is_not_measured(repository):
    wall, cpu = static_tools.seconds(["check", str(repository), "--fail-on", "never"])

    assert 0 < cpu < wall * 8
    with pytest.raises(SystemExit, match="ended with"):
        static_tools.seconds(["check", str(repository / "nowhere")])
