"""Environments with another Nautobot: which one is meant, where it lies, and that uv makes it once for what it is made from."""

import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from nautobot_dev_tools import environments
from nautobot_dev_tools.environments import Environment, environment, line, newest_of_lines
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.snapshot import nautobot_version
from packaging.specifiers import SpecifierSet

# Lines that there will not be for a while, so that none is the installed one; not in order, and 11 is more than 9.
SUPPORTED = ["90.0.11", "90.0.9", "91.2.0", "90.0.0"]


@pytest.fixture
def project(tmp_path) -> Project:
    return Project(tmp_path / "repository", {"nautobot": SUPPORTED})


@pytest.mark.parametrize(
    ("wanted", "name", "requirement", "moving"),
    [
        ("90.0.9", "90.0.9", "nautobot==90.0.9", False),
        ("90.0.7", "90.0.7", "nautobot==90.0.7", False),
        ("v90.0.7", "90.0.7", "nautobot==90.0.7", False),
        ("91.0.0a1", "91.0.0a1", "nautobot==91.0.0a1", False),
        ("90.0", "90.0.11", "nautobot==90.0.11", False),
        ("91.2", "91.2.0", "nautobot==91.2.0", False),
        ("newest", "newest", "nautobot", True),
        (
            "git+https://git.example.com/nautobot/nautobot@develop",
            "git-example-com-nautobot-nautobot-develop",
            "nautobot @ git+https://git.example.com/nautobot/nautobot@develop",
            True,
        ),
    ],
)
def test_what_a_user_asks_for(project, wanted, name, requirement, moving):
    found = environment(project, wanted)

    assert (found.name, found.requirement, found.moving) == (name, requirement, moving)
    assert found.folder == project.root / ".nautobot" / "environments" / name
    assert found.python == found.folder / "bin" / "python"
    assert not found.here


@pytest.mark.parametrize("wanted", ["latest", "3.x", ""])
def test_nonsense(project, wanted):
    with pytest.raises(
        DevToolsError, match=r"is no version of Nautobot: give one as 3\.0\.11, a line as 3\.0, or newest"
    ):
        environment(project, wanted)


def test_a_line_of_which_no_version_is_supported(project):
    with pytest.raises(
        DevToolsError, match=r"No version of Nautobot 92\.0 is among .*90\.0\.0, 90\.0\.9, 90\.0\.11, 91"
    ):
        environment(project, "92.0")
    with pytest.raises(DevToolsError, match="none are named"):
        environment(Project(project.root), "90.0")


def test_the_installed_version_needs_no_environment(project, monkeypatch):
    monkeypatch.setattr(environments, "uv", lambda *arguments: pytest.fail(f"uv {arguments}"))
    own = environment(project, nautobot_version())

    own.ensure()

    assert own.here
    assert (own.folder, own.python) == (Path(sys.prefix), Path(sys.executable))
    assert own.state == project.state
    assert not project.root.exists()


def test_the_states_of_two_versions_never_meet(project):
    states = [environment(project, wanted).state for wanted in (nautobot_version(), "90.0.9", "90.0.11", "newest")]
    of_versions = states[1:]

    assert states[0] == project.root / ".nautobot"
    assert not [(a, b) for a in of_versions for b in of_versions if a != b and a.is_relative_to(b)]
    assert len(set(of_versions)) == 3
    # Sockets may lie elsewhere, where the path would be too long.
    sockets = {replace(project, environment=name).sockets for name in ("", "90.0.9", "90.0.11", "newest")}
    assert len(sockets) == 4


def test_a_process_in_an_environment_keeps_its_state_there(project, monkeypatch):
    """What the command on the outside calls the state of a version is what the command on the inside uses."""
    (project.root / "jobs").mkdir(parents=True)
    wanted = environment(project, "90.0.9")
    monkeypatch.setattr(sys, "prefix", str(wanted.folder))

    assert Project.find(project.root).state == wanted.state


def test_variables_are_those_of_an_activated_environment(project, monkeypatch):
    for name in ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"):
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("KEPT", "yes")
    wanted = environment(project, "90.0.9")

    variables = wanted.variables()

    assert not {"PYTHONHOME", "PYTHONPATH"} & set(variables)
    assert variables["KEPT"] == "yes"
    assert variables["VIRTUAL_ENV"] == str(wanted.folder)
    assert variables["PATH"] == f"{wanted.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    assert wanted.command("demo") == [str(wanted.python), "-m", "nautobot_dev_tools", "demo"]


PYTHONS = [(3, 10, 4), (3, 11, 7), (3, 12, 1), (3, 13, 0), (3, 14, 2)]


@pytest.mark.parametrize(
    ("nautobot", "newest"), [("2.4.44", 12), ("3.0.0", 13), ("3.0.11", 13), ("3.1.0", 14), ("3.2.7", 14)]
)
@pytest.mark.parametrize("this", PYTHONS, ids=str)
def test_the_interpreter_is_this_one_where_it_may_be(monkeypatch, nautobot, newest, this):
    monkeypatch.setattr(environments, "sys", SimpleNamespace(version_info=this, executable="this one"))

    chosen = environments._interpreter(nautobot)

    if this[1] <= newest:
        assert chosen == "this one"
    else:
        assert [python for python in PYTHONS if ".".join(map(str, python)) in SpecifierSet(chosen)] == [
            python for python in PYTHONS if python[1] <= newest
        ]


def test_the_interpreter_of_what_is_no_version_is_this_one():
    assert environments._interpreter("newest") == sys.executable


def test_lines():
    assert [line(version) for version in ("3.0.11", "2.4.44", "3.1.0a1", "3.1")] == ["3.0", "2.4", "3.1", "3.1"]
    assert newest_of_lines(SUPPORTED) == ["90.0.11", "91.2.0"]
    assert newest_of_lines(["3.10.0", "3.9.1", "3.9.0"]) == ["3.9.1", "3.10.0"]
    assert newest_of_lines([]) == []


@pytest.fixture
def wheel(tmp_path):
    """A function that makes a distribution of one module, which uv installs without an index; returns its requirement."""

    def made(name: str, version: str = "1.0") -> str:
        path, info = tmp_path / f"{name}-{version}-py3-none-any.whl", f"{name}-{version}.dist-info"
        contents = {
            f"{name}.py": f"version = {version!r}\n",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        contents[f"{info}/RECORD"] = "".join(f"{file},,\n" for file in [*contents, f"{info}/RECORD"])
        with zipfile.ZipFile(path, "w") as archive:
            for file, text in contents.items():
                archive.writestr(file, text)
        return f"{name} @ {path.as_uri()}"

    return made


@pytest.fixture
def small(project, wheel, monkeypatch) -> Environment:
    """An environment of a Nautobot of one module, and without the workbench, which would bring the real one."""
    monkeypatch.setattr(environments, "workbench", list)
    project.root.mkdir()
    return Environment(project, "90.0.9", wheel("nautobot", "90.0.9"))


def asks_for(project: Project, *dependencies: str) -> None:
    """Let the repository depend on these."""
    text = f'[project]\nname = "tiny"\nversion = "1"\ndependencies = {json.dumps(dependencies)}\n'
    (project.root / "pyproject.toml").write_text(text)


def version_in(one: Environment, module: str) -> str:
    """The version of a module, as the environment's own Python imports it."""
    command = [str(one.python), "-c", f"import {module}; print({module}.version)"]
    return subprocess.run(command, env=one.variables(), check=True, capture_output=True, text=True).stdout.strip()


def steps_of(one: Environment) -> list[str]:
    """What `ensure` says that it does."""
    steps: list[str] = []
    one.ensure(lambda step, done, total: steps.append(step))
    return steps


def test_it_is_made_once_and_anew_for_other_requirements(small, wheel, monkeypatch):
    asks_for(small.project)
    assert steps_of(small) == [f"Installing {small.requirement}"]
    assert version_in(small, "nautobot") == "90.0.9"

    with monkeypatch.context() as patched:
        patched.setattr(environments, "uv", lambda *arguments: pytest.fail(f"uv {arguments}"))
        assert steps_of(small) == []

    asks_for(small.project, wheel("helper"))
    assert steps_of(small) == [f"Installing {small.requirement}"]
    assert version_in(small, "helper") == "1.0"
    assert steps_of(small) == []

    other = replace(small, requirement=wheel("nautobot", "90.0.10"))
    assert steps_of(other) == [f"Installing {other.requirement}"]
    assert version_in(other, "nautobot") == "90.0.10"


def test_one_that_moves_is_asked_for_each_time(small):
    moving = replace(small, name="newest", moving=True)

    assert steps_of(moving) == steps_of(moving) == [f"Installing {moving.requirement}"]
    assert version_in(moving, "nautobot") == "90.0.9"


def test_one_that_could_not_be_made_is_not_taken_for_one(small):
    broken = replace(small, requirement=f"nautobot @ {(small.project.root / 'nautobot-1-py3-none-any.whl').as_uri()}")

    for _ in range(2):
        with pytest.raises(DevToolsError, match="uv pip install"):
            broken.ensure()

    assert steps_of(small) == [f"Installing {small.requirement}"]
    assert version_in(small, "nautobot") == "90.0.9"


def test_git_ignores_it(small):
    small.ensure()

    assert (small.project.root / ".nautobot" / ".gitignore").read_text() == "*\n"
