"""Where the repository of Jobs is, and what its ``[tool.nautobot-jobs]`` says."""

from __future__ import annotations

import hashlib
import keyword
import os
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

from packaging.version import Version

from .errors import DevToolsError

STATE = ".nautobot"
# Linux allows 107 bytes for the path of a Unix socket, macOS 103; the longest name below the folder is ".s.PGSQL.5432.lock".
_SOCKET_DIRECTORY_MAX = 103 - len("/.s.PGSQL.5432.lock")


@dataclass(frozen=True)
class Project:
    """A repository of Nautobot Jobs, and where the workbench keeps its state.

    ``environment`` names the environment of another Nautobot that this process runs in (see `environments`), if it does.

    Settings come from ``[tool.nautobot-jobs]`` of the repository's ``pyproject.toml``; all are optional:

    - ``name``: what the Git repository is called in Nautobot; its slug is made from it (default: the folder's name)
    - ``config``: a ``nautobot_config.py``, for Apps and settings of one's own (default: the workbench's)
    - ``seed``: ``module:function`` that fills an empty database with sample data; called with ``progress=``
    - ``seed-path``: the folder, below the root, that goes on ``sys.path`` for it
    - ``scale``, ``scale-path``: the same for a network of any size; called with ``devices=`` and ``progress=``
    - ``exercises``: the folder of the exercises (default ``exercises``)
    - ``port``: of the web server (default 8080)
    - ``nautobot``: the versions of Nautobot that it supports: of each line at least the oldest and the newest
    """

    root: Path
    settings: dict = field(default_factory=dict)
    environment: str = ""

    @classmethod
    def find(cls, start: Path | None = None) -> Project:
        """Return the project that the folder `start` (default: the current one) lies in.

        Raises:
            DevToolsError: no folder from here up looks like a repository of Jobs.
        """
        start = (start or Path.cwd()).resolve()
        for folder in (start, *start.parents):
            content = pyproject(folder)
            settings = table(content, "tool", "nautobot-jobs") if "nautobot-jobs" in table(content, "tool") else None
            if settings is not None or (folder / "jobs").is_dir() or (folder / "jobs.py").is_file():
                project = cls(folder, settings or {})
                here = Path(sys.prefix)
                return replace(project, environment=here.name) if here.parent == project.environments else project
        raise DevToolsError(
            f"No repository of Nautobot Jobs here or above: {start}. It has a jobs/ folder, or a [tool.nautobot-jobs] in its pyproject.toml."
        )

    @property
    def state(self) -> Path:
        """The git-ignored folder of everything that the workbench makes.

        An environment of another Nautobot has its own inside: databases, servers, clones, logs and reports of two versions never meet.
        """
        return self.environments / self.environment / "state" if self.environment else self.root / STATE

    @property
    def environments(self) -> Path:
        """The folder of the Python environments for other versions of Nautobot, by version."""
        return self.root / STATE / "environments"

    @property
    def supported(self) -> list[str]:
        """The versions of Nautobot that the repository names as supported, oldest first."""
        return sorted(self.settings.get("nautobot", []), key=Version)

    @property
    def name(self) -> str:
        """What the Git repository is called in Nautobot."""
        return self.settings.get("name") or self.root.name

    @property
    def slug(self) -> str:
        """The Python package's name in Nautobot; Nautobot itself allows letters, digits and underscores."""
        slug = re.sub(r"[^a-z0-9]+", "_", self.name.lower()).strip("_")
        return slug if slug.isidentifier() and not keyword.iskeyword(slug) else f"jobs_{slug}"

    @property
    def port(self) -> int:
        """Of the web server."""
        return int(os.environ.get("NAUTOBOT_PORT") or self.settings.get("port", 8080))

    @property
    def exercises(self) -> Path:
        """The folder of the exercises."""
        return self.root / self.settings.get("exercises", "exercises")

    @property
    def config(self) -> Path:
        """The nautobot_config.py that every process of the instance reads."""
        configured = self.settings.get("config")
        return self.root / configured if configured else Path(__file__).with_name("nautobot_config.py")

    @property
    def sockets(self) -> Path:
        """The folder of the Unix sockets: in the state folder, or a short one where that path would be too long."""
        inside = self.state / "run"
        if len(os.fsencode(inside)) <= _SOCKET_DIRECTORY_MAX:
            return inside
        digest = hashlib.sha256(os.fsencode(self.state)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"nautobot-{os.geteuid()}-{digest}"

    @property
    def bytecode(self) -> dict[str, str]:
        """Environment for Python processes where the user's own forbids to write bytecode: it goes to the state folder then.

        Without any, each process would compile thousands of modules: half of the time that a Nautobot takes to start.
        """
        if not sys.dont_write_bytecode and sys.pycache_prefix is None:
            return {}
        return {
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": sys.pycache_prefix or str(self.state / "bytecode"),
        }

    def make_state(self) -> None:
        """Create the state folder, ignored by Git whatever the repository's own ``.gitignore`` says."""
        self.state.mkdir(exist_ok=True)
        ignore = self.root / STATE / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
        (self.state / "logs").mkdir(exist_ok=True)

    def make_sockets(self) -> None:
        """Create the folder of the sockets: by who starts a server that listens there."""
        self.sockets.mkdir(mode=0o755, parents=True, exist_ok=True)
        if self.sockets.stat().st_uid != os.geteuid():
            raise DevToolsError(
                f"{self.sockets} belongs to another user; remove it, or move the repository to a shorter path."
            )

    def remove_sockets(self) -> None:
        """Remove the folder of the sockets, in which no server listens any more: in the common temporary folder nobody else would."""
        shutil.rmtree(self.sockets, ignore_errors=True)


def pyproject(folder: Path) -> dict:
    """Return what a folder's pyproject.toml says; nothing where there is none."""
    path = folder / "pyproject.toml"
    if not path.is_file():
        return {}
    # Here, since the Git server of the containers runs where there is no tomli.
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DevToolsError(f"{path}: {error}") from error


def table(content: dict, *names: str) -> dict:
    """Return a table of what `pyproject` reads, empty where there is none: ``table(content, "tool", "nautobot-jobs")``.

    Raises:
        DevToolsError: something else stands in its place.
    """
    found = content
    for position, name in enumerate(names, start=1):
        found = found.get(name, {})
        if not isinstance(found, dict):
            raise DevToolsError(f"pyproject.toml: {'.'.join(names[:position])} is {found!r}, and has to be a table.")
    return found
