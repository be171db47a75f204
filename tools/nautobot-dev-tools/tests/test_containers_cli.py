"""`nautobot-jobs containers …`: what reaches Compose, and in which environment. Compose is a small script that writes both down."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from nautobot_dev_tools.cli import main
from nautobot_dev_tools.containers import Stack, read_env
from nautobot_dev_tools.project import Project

DEVELOPMENT = Path(__file__).parents[3] / "development"


@pytest.fixture
def stack(tmp_path) -> Stack:
    """A repository with the files of the containers, and a Compose that records."""
    root = tmp_path / "checkout"
    (root / "jobs").mkdir(parents=True)
    (root / "development").mkdir()
    for path in [*DEVELOPMENT.glob("*.yml"), DEVELOPMENT / "creds.example.env", DEVELOPMENT / "development.env"]:
        shutil.copy(path, root / "development")
    compose = tmp_path / "compose"
    compose.write_text(
        f'#!/bin/sh\nfor word; do echo "$word"; done >{tmp_path}/arguments\nenv >{tmp_path}/environment\nexit 0\n'
    )
    compose.chmod(0o755)
    return Stack(Project(root, {}), [str(compose)], nautobot="3.2.7", python="3.12", port=8123)


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        (["build"], ["build"]),
        (["ps"], ["ps"]),
        (["logs", "worker", "--follow"], ["logs", "--tail", "40", "--follow", "worker"]),
        (["exec", "nautobot", "ls", "-l"], ["exec", "-T", "nautobot", "ls", "-l"]),
        (
            ["exec", "nautobot", "nautobot-server", "migrate", "--database", "default"],
            ["exec", "-T", "nautobot", "nautobot-server", "migrate", "--database", "default"],
        ),
        (
            ["exec", "nautobot", "nautobot-server", "--help"],
            ["exec", "-T", "nautobot", "nautobot-server", "--help"],
        ),
        (["down", "--volumes"], ["down", "--timeout", "20", "--volumes"]),
    ],
)
def test_command_line_reaches_compose(stack, tmp_path, monkeypatch, words, arguments):
    monkeypatch.chdir(stack.project.root)
    command, *rest = words
    given = ["containers", command, "--compose", stack.compose[0], "--nautobot", "3.1.8", *rest]

    result = CliRunner().invoke(main, given)

    assert result.exit_code == 0, result.output
    assert (tmp_path / "arguments").read_text().splitlines()[-len(arguments) :] == arguments
    assert read_env(tmp_path / "environment")["NAUTOBOT_VER"] == "3.1.8"


def test_compose_gets_all_that_its_files_take_from_the_environment(stack, tmp_path):
    assert stack.call("ps") == 0

    found = read_env(tmp_path / "environment")
    wanted = {name for path in stack.folder.glob("*.yml") for name in re.findall(r"(?<!\$)\$\{(\w+)", path.read_text())}
    assert wanted == set(stack.environment)
    assert {name: found[name] for name in wanted} == stack.environment
    assert found["NAUTOBOT_PORT"] == "8123"


def test_credentials_of_ones_own_are_never_overwritten(stack):
    (stack.folder / "creds.env").write_text("MINE=1\n")

    assert stack.call("ps") == 0

    assert (stack.folder / "creds.env").read_text() == "MINE=1\n"
