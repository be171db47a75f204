"""Python environments with another Nautobot than the one installed: made once a version, below the state folder, by uv.

Each holds that Nautobot, the workbench, what the repository's pyproject.toml depends on and its dependency group ``dev``; and, so that nothing
of two versions meets, the state of what runs in it (see `Project.state`).
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from .compat import pythons
from .errors import DevToolsError
from .processes import file_lock
from .project import Project, pyproject
from .snapshot import Progress, nautobot_version, no_progress

NEWEST = "newest"


@dataclass(frozen=True)
class Environment:
    """The environment of one Nautobot.

    Attributes:
        project: the repository.
        name: of its folder: the version, or what stands for it.
        requirement: what uv installs as Nautobot.
        moving: whether that may be another Nautobot tomorrow, so that it is asked for anew each time.
    """

    project: Project
    name: str
    requirement: str
    moving: bool = False

    @property
    def here(self) -> bool:
        """Whether this process runs a Nautobot of this version already, so that no environment is needed."""
        return self.name == nautobot_version()

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return Path(sys.prefix) if self.here else self.project.environments / self.name

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return Path(sys.executable) if self.here else self.folder / "bin" / "python"

    @property
    def state(self) -> Path:
        """The state folder of what runs in it."""
        return self.project.state if self.here else replace(self.project, environment=self.name).state

    def ensure(self, progress: Progress = no_progress) -> None:
        """Make it, or bring it up to date where what it is made from has changed since.

        Raises:
            DevToolsError: it cannot be made; says why in uv's words.
        """
        if self.here:
            return
        packages = [self.requirement, *workbench(), *_of_project(self.project)]
        wanted = json.dumps([packages, _digest(self.project)])
        made = self.folder / "made-from.json"
        self.project.make_state()
        self.project.environments.mkdir(parents=True, exist_ok=True)
        with file_lock(self.project.environments / f"{self.name}.lock"):
            if made.exists() and made.read_text() == wanted and not self.moving:
                return
            progress(f"Installing {self.requirement}", 0, 1)
            if not self.python.exists():
                uv("venv", "--allow-existing", "--python", _interpreter(self.name), str(self.folder))
            made.unlink(missing_ok=True)
            upgrade = ("--upgrade", "--reinstall-package", "nautobot") if self.moving else ()
            uv("pip", "install", "--python", str(self.python), *upgrade, *packages)
            made.write_text(wanted)

    def variables(self) -> dict[str, str]:
        """The environment variables of a process in it: what activating it sets."""
        without = {"PYTHONHOME", "PYTHONPATH"}
        return {name: value for name, value in os.environ.items() if name not in without} | {
            "VIRTUAL_ENV": str(self.folder),
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        }

    def command(self, *arguments: str) -> list[str]:
        """The workbench's own command, in it."""
        return [str(self.python), "-m", "nautobot_dev_tools", *arguments]


def environment(project: Project, wanted: str) -> Environment:
    """Return the environment that a user asks for, not made yet.

    Args:
        project: the repository.
        wanted: a version (``3.0.11``), a line (``3.0``: the newest supported version of it), ``newest`` (of all that are released), or the
            address of a distribution, an archive or a Git repository as pip takes it (``git+https://…@develop``).

    Raises:
        DevToolsError: it is none of these.
    """
    if wanted == NEWEST:
        return Environment(project, NEWEST, "nautobot", moving=True)
    if "/" in wanted:
        name = re.sub(r"\W+", "-", wanted.split("://")[-1]).strip("-")[-60:]
        return Environment(project, name, f"nautobot @ {wanted}", moving=True)
    if re.fullmatch(r"\d+\.\d+", wanted):
        versions = [version for version in project.supported if line(version) == wanted]
        if not versions:
            raise DevToolsError(
                f"No version of Nautobot {wanted} is among the supported ones ({', '.join(project.supported) or 'none are named'}); "
                "name a complete version."
            )
        return Environment(project, versions[-1], f"nautobot=={versions[-1]}")
    try:
        version = str(Version(wanted))
    except InvalidVersion as error:
        raise DevToolsError(
            f"{wanted} is no version of Nautobot: give one as 3.0.11, a line as 3.0, or {NEWEST}."
        ) from error
    return Environment(project, version, f"nautobot=={version}")


def line(version: str) -> str:
    """The line of a version: 3.0 of 3.0.11."""
    return ".".join(map(str, Version(version).release[:2]))


def newest_of_lines(versions: list[str]) -> list[str]:
    """The newest version of each line, oldest line first."""
    return list({line(version): version for version in sorted(versions, key=Version)}.values())


def workbench() -> list[str]:
    """How this workbench is installed once more: from the same source tree, or the same version."""
    own = distribution("nautobot-dev-tools")
    source = json.loads(own.read_text("direct_url.json") or "{}")
    if source.get("dir_info", {}).get("editable"):
        return ["--editable", url2pathname(urlsplit(source["url"]).path)]
    if source:
        return [f"nautobot-dev-tools @ {source['url']}"]
    return [f"nautobot-dev-tools=={own.version}"]


def uv(*arguments: str) -> None:
    """Run uv, away from the repository: its pyproject.toml may pin what fits one Nautobot only.

    Raises:
        DevToolsError: uv is not there, or fails; in its own words.
    """
    with tempfile.TemporaryDirectory() as elsewhere:
        environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
        result = subprocess.run(
            [_uv(), *arguments], cwd=elsewhere, env=environment, capture_output=True, text=True, check=False
        )
    if result.returncode:
        raise DevToolsError(f"uv {' '.join(arguments)}:\n{result.stderr.strip()}")


def _uv() -> str:
    found = os.environ.get("UV") or shutil.which("uv")  # `uv run` names itself
    if found is None and importlib.util.find_spec("uv"):
        from uv import find_uv_bin

        found = find_uv_bin()
    if not found:
        raise DevToolsError("Environments of other versions are made by uv, which is not here: `pip install uv`.")
    return found


def _interpreter(name: str) -> str:
    """The Python for a Nautobot: this one where it may be, else any that uv finds (or fetches) in the range."""
    try:
        allowed = pythons(Version(name))
    except InvalidVersion:
        return sys.executable
    this = ".".join(map(str, sys.version_info[:3]))
    return sys.executable if SpecifierSet(allowed).contains(this) else allowed


def _of_project(project: Project) -> list[str]:
    """What the repository itself asks for, where it says so: its dependencies, and uv's default group."""
    content, path = pyproject(project.root), project.root / "pyproject.toml"
    packages = ["--requirements", str(path)] if "project" in content else []
    return packages + (["--group", f"{path}:dev"] if "dev" in content.get("dependency-groups", {}) else [])


def _digest(project: Project) -> str:
    """A hash of what decides which packages are installed."""
    content = pyproject(project.root)
    asked = [content.get("project", {}).get("dependencies"), content.get("dependency-groups")]
    return hashlib.sha256(
        json.dumps([asked, distribution("nautobot-dev-tools").requires], default=str).encode()
    ).hexdigest()
