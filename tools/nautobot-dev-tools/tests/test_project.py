"""Where a repository is, what its settings say, and what the workbench calls things."""

import os
import stat
from pathlib import Path

import pytest
from nautobot_dev_tools import project as module
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.project import Project

SETTINGS = """
[tool.nautobot-jobs]
name = "Team A: Jobs (2026)"
port = 8099
exercises = "samples"
config = "development/nautobot_config.py"
"""


def test_found_from_anywhere_below(write, tmp_path):
    write({"pyproject.toml": SETTINGS, "jobs/audits/deep.py": ""})

    found = Project.find(tmp_path / "jobs" / "audits")

    assert found.root == tmp_path
    assert (found.name, found.slug, found.state) == ("Team A: Jobs (2026)", "team_a_jobs_2026", tmp_path / ".nautobot")
    assert found.exercises == tmp_path / "samples"
    assert found.config == tmp_path / "development/nautobot_config.py"


def test_found_by_its_jobs_without_any_settings(write, tmp_path):
    write({"plain/jobs/__init__.py": "", "single/jobs.py": "", "single/pyproject.toml": "[project]\nname = 'x'\n"})

    plain, single = Project.find(tmp_path / "plain"), Project.find(tmp_path / "single")

    assert (plain.root, plain.name, plain.exercises) == (tmp_path / "plain", "plain", tmp_path / "plain/exercises")
    assert plain.config.name == "nautobot_config.py"
    assert plain.config.is_file()
    assert single.root == tmp_path / "single"


def test_the_current_folder_is_the_default(write, tmp_path, monkeypatch):
    write({"jobs/__init__.py": ""})
    monkeypatch.chdir(tmp_path)

    assert Project.find().root == tmp_path


def test_nothing_here(tmp_path):
    with pytest.raises(DevToolsError, match=f"No repository of Nautobot Jobs here or above: {tmp_path}"):
        Project.find(tmp_path)


def test_a_broken_pyproject_is_named(write, tmp_path):
    write({"pyproject.toml": "[tool.nautobot-jobs\n", "jobs/__init__.py": ""})

    with pytest.raises(DevToolsError, match=r"pyproject\.toml: "):
        Project.find(tmp_path)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Nautobot job collection", "nautobot_job_collection"),
        ("my-jobs", "my_jobs"),
        ("  2nd  floor ", "jobs_2nd_floor"),
        ("__x__", "x"),
        ("Zürich", "z_rich"),
    ],
)
def test_slugs_are_names_of_python_packages(tmp_path, name, slug):
    assert Project(tmp_path, {"name": name}).slug == slug
    assert slug.isidentifier()


@pytest.mark.parametrize("name", ["class", "import", "Async"])
def test_a_slug_is_no_keyword(tmp_path, name):
    """Nautobot refuses those."""
    assert Project(tmp_path, {"name": name}).slug == f"jobs_{name.lower()}"


def test_the_port(tmp_path, monkeypatch):
    monkeypatch.delenv("NAUTOBOT_PORT", raising=False)
    assert Project(tmp_path).port == 8080
    assert Project(tmp_path, {"port": 8099}).port == 8099
    monkeypatch.setenv("NAUTOBOT_PORT", "9001")
    assert Project(tmp_path, {"port": 8099}).port == 9001


def test_the_state_folder_ignores_itself(project):
    assert (project.state / ".gitignore").read_text() == "*\n"


def test_the_folder_of_sockets_is_there_as_long_as_it_is_needed(project):
    assert not project.sockets.exists()
    project.make_sockets()
    assert project.sockets.is_dir()
    project.remove_sockets()
    assert not project.sockets.exists()


def test_a_state_folder_of_ones_own_making_is_left_alone(project):
    (project.state / ".gitignore").write_text("mine\n")

    project.make_state()

    assert (project.state / ".gitignore").read_text() == "mine\n"


def test_sockets_of_a_short_path_are_in_the_state_folder():
    project = Project(Path("/srv/jobs"))

    assert len(os.fsencode(project.sockets)) <= 83
    assert project.sockets == project.state / "run"


def test_sockets_of_long_paths_are_apart_and_always_the_same(tmp_path):
    one, other = Project(tmp_path / ("x" * 90)), Project(tmp_path / ("y" * 90))

    assert one.sockets == Project(one.root).sockets
    assert one.sockets != other.sockets
    assert len(os.fsencode(one.sockets)) <= 83


def test_a_folder_of_sockets_that_somebody_else_made_is_refused(tmp_path, monkeypatch):
    """In the common temporary folder anybody can make one of that name."""
    own = Project(tmp_path)
    user = os.geteuid()
    monkeypatch.setattr(module.os, "geteuid", lambda: user + 1)

    with pytest.raises(DevToolsError, match="belongs to another user"):
        own.make_sockets()
    own.remove_sockets()


def test_others_may_not_write_where_sockets_are(project):
    project.make_sockets()
    assert not stat.S_IMODE(project.sockets.stat().st_mode) & stat.S_IWOTH
    project.remove_sockets()


@pytest.mark.parametrize(
    ("forbidden", "prefix", "expected"),
    [
        (False, None, {}),
        (True, None, "state"),
        (False, "/somewhere", "/somewhere"),
        (True, "/somewhere", "/somewhere"),
    ],
)
def test_bytecode_is_kept_even_where_the_environment_forbids_it(project, monkeypatch, forbidden, prefix, expected):
    monkeypatch.setattr(module.sys, "dont_write_bytecode", forbidden)
    monkeypatch.setattr(module.sys, "pycache_prefix", prefix)

    if expected == "state":
        expected = str(project.state / "bytecode")
    if expected:
        expected = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": expected}
    assert project.bytecode == expected
