"""The repository's Nautobot in containers: finds Docker Compose or podman-compose, and calls it with the right files and settings.

The compose files are in ``development/``, one an ingredient: ``docker-compose.base.yml``, ``.postgres.yml`` or ``.mysql.yml``, ``.redis.yml``,
``.dev.yml``.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from . import snapshot
from .console import err, step
from .errors import DevToolsError
from .instance import is_free
from .processes import wait_until
from .project import Project
from .rest import Rest

DATABASES = ("postgres", "mysql")
SERVICES = ("nautobot", "worker", "beat", "db", "redis", "git")
# The image's address of the Git server, see docker-compose.dev.yml.
GIT = "http://git:8000"
_FOLDER = "development"
# What is tried, in this order: the command, and what has to succeed for it to be taken. A client without its daemon is of no use.
_CANDIDATES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("docker compose", ("docker compose version", "docker info")),
    ("podman-compose", ("podman-compose version", "podman info")),
    ("podman compose", ("podman compose version", "podman info")),
)


def find_compose(configured: str | None = None) -> list[str]:
    """Return the command of Docker Compose v2 or podman-compose, whichever is there and answers; a configured one is taken as it is.

    Raises:
        DevToolsError: none does; says what each answered.
    """
    if configured:
        return shlex.split(configured)
    said = []
    for command, probes in _CANDIDATES:
        problem = next(filter(None, map(_problem, probes)), None)
        if problem is None:
            return command.split()
        said.append(f"  {command}: {problem}")
    raise DevToolsError(
        "There is no Docker Compose v2 and no podman-compose that answers:\n"
        + "\n".join(said)
        + "\nInstall or start one of them, or name another command in NAUTOBOT_JOBS_COMPOSE. `nautobot-jobs demo` and `start` need no containers."
    )


def _problem(command: str) -> str | None:
    """Say why a program does not answer, or None where it does."""
    words = command.split()
    if shutil.which(words[0]) is None:
        return f"{words[0]} is not installed"
    try:
        result = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
        )
    except subprocess.TimeoutExpired:
        return f"`{command}` does not answer"
    if result.returncode:
        told = (result.stderr.strip() or result.stdout.strip() or f"exit code {result.returncode}").splitlines()
        return f"`{command}`: {told[-1]}"
    return None


def ensure_credentials(folder: Path) -> Path:
    """Return creds.env, made from creds.example.env at the first use with a random value for each name in <>."""
    credentials, example = folder / "creds.env", folder / "creds.example.env"
    if not credentials.exists():
        if not example.exists():
            raise DevToolsError(f"{example} is missing, from which {credentials.name} is made.")
        values: dict[str, str] = {}
        text = re.sub(
            r"<([\w-]+)>", lambda name: values.setdefault(name[1], secrets.token_hex(20)), example.read_text()
        )
        # Readable for its owner alone from the start.
        with os.fdopen(os.open(credentials, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
    return credentials


def read_env(*files: Path) -> dict[str, str]:
    """Read files of NAME=value lines; later ones win."""
    lines = [line.partition("=") for file in files for line in file.read_text().splitlines()]
    return {name.strip(): value.strip() for name, equals, value in lines if equals and not name.startswith("#")}


@dataclass(frozen=True)
class Stack:
    """One set of containers, known by its project name, which is the checkout's own.

    Attributes:
        project: the repository.
        compose: the command, see `find_compose`.
        nautobot: version of Nautobot.
        python: version of Python (3.12) of its image.
        database: one of `DATABASES`.
        port: of the web server on this machine.
        suffix: to the project's name, for a second set of containers of the same checkout.
    """

    project: Project
    compose: Sequence[str]
    nautobot: str = field(default_factory=snapshot.nautobot_version)
    python: str = f"{sys.version_info.major}.{sys.version_info.minor}"
    database: str = DATABASES[0]
    port: int = 8080
    suffix: str = ""

    @property
    def name(self) -> str:
        """The project's name in Compose: of the repository and of its folder, so that two checkouts do not meet."""
        digest = hashlib.sha256(os.fsencode(self.project.root)).hexdigest()[:8]
        return f"{self.project.slug.replace('_', '-')}-{digest}{self.suffix}"

    @property
    def folder(self) -> Path:
        """Of the compose files."""
        return self.project.root / _FOLDER

    @property
    def files(self) -> list[Path]:
        """The compose files, in the order in which they are merged."""
        return self._files(self.database)

    def _files(self, *databases: str) -> list[Path]:
        return [self.folder / f"docker-compose.{part}.yml" for part in ("base", *databases, "redis", "dev")]

    @property
    def url(self) -> str:
        """Of the web server."""
        return f"http://localhost:{self.port}"

    @property
    def repository_url(self) -> str:
        """Of the working tree's Git repository, as Nautobot reaches it."""
        return f"{GIT}/{self.project.slug}.git"

    @property
    def credentials(self) -> dict[str, str]:
        """The settings of the containers, secrets included."""
        return read_env(self.folder / "development.env", ensure_credentials(self.folder))

    @property
    def environment(self) -> dict[str, str]:
        """What the compose files take from the environment."""
        return {
            "COMPOSE_PROJECT_NAME": self.name,
            "NAUTOBOT_VER": self.nautobot,
            "PYTHON_VER": self.python,
            "NAUTOBOT_PORT": str(self.port),
            "NAUTOBOT_SNAPSHOT": str(self._snapshot),
            "REPOSITORY_NAME": self.project.name,
        }

    @property
    def full_environment(self) -> dict[str, str]:
        """The environment that Compose is called in."""
        return {**os.environ, **self.environment}

    @property
    def _snapshot(self) -> Path:
        return self.project.state / "containers" / f"{self.name}-snapshot"

    def command(self, *arguments: str) -> list[str]:
        """The command line of Compose with these arguments."""
        # What is removed is removed whatever database it was started with: the volumes of both are named then.
        used = self._files(*DATABASES) if arguments[0] == "down" else self.files
        if missing := [path.name for path in used if not path.is_file()]:
            raise DevToolsError(f"{self.folder} lacks {', '.join(missing)}.")
        files = [word for path in used for word in ("-f", str(path))]
        return [*self.compose, "-p", self.name, *files, *arguments]

    def call(self, *arguments: str) -> int:
        """Run Compose in this terminal; returns its exit code."""
        self.prepare()
        return subprocess.run(self.command(*arguments), env=self.full_environment, check=False).returncode

    def prepare(self) -> None:
        """Make what the compose files mount and read: creds.env, and the folder with the snapshot of the schema."""
        ensure_credentials(self.folder)
        self.project.make_state()
        self._snapshot.mkdir(parents=True, exist_ok=True)
        found = snapshot.find(self.nautobot) if self.database == "postgres" else None
        for old in self._snapshot.iterdir():
            if found is None or old.name != found.name:
                old.unlink()
        if found is not None:
            # A user inside the container reads it.
            (self._snapshot / found.name).write_bytes(found.read_bytes())
            (self._snapshot / found.name).chmod(0o644)
            self._snapshot.chmod(0o755)

    def run(self, *arguments: str, log: Path, what: str, timeout: float = 600, follow=None) -> None:
        """Run Compose with its output in a file.

        Args:
            arguments: of Compose.
            log: where the output goes, appended.
            what: names it, for the error.
            timeout: seconds.
            follow: called again and again with the last line of the output.

        Raises:
            DevToolsError: it fails, or takes longer; with the end of its output.
        """
        self.prepare()
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "ab") as output:
            start = output.tell()
            process = subprocess.Popen(
                self.command(*arguments),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.full_environment,
                start_new_session=True,
            )
        deadline = time.monotonic() + timeout
        try:
            while process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.1)
                if follow is not None:
                    follow()
        finally:
            late = process.poll() is None
            if late:
                process.terminate()
                process.wait()
        if late or process.returncode:
            said = log.read_bytes()[start:].decode(errors="replace").strip().splitlines()
            how = f"took longer than {timeout:.0f} s" if late else f"failed with exit code {process.returncode}"
            raise DevToolsError(f"{what} {how}. The end of {log}:\n" + "\n".join(said[-25:]))

    def output(self, *arguments: str) -> str:
        """Run Compose, and return what it writes, errors included: for logs, which may be incomplete."""
        return subprocess.run(
            self.command(*arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.full_environment,
            check=False,
        ).stdout.decode(errors="replace")

    def rest(self) -> Rest:
        """The REST API, as the administrator."""
        return Rest(self.url, self.credentials["NAUTOBOT_SUPERUSER_API_TOKEN"])

    def build(self, log: Path) -> None:
        """Build the image."""
        with step(f"Building the image of Nautobot {self.nautobot} on Python {self.python}"):
            self.run("build", log=log, what="The build", timeout=1800)

    def up(self, log: Path, *, patience: float = 3600) -> None:
        """Start all, and wait until Nautobot is healthy and a worker answers. The first start on an empty database may run all migrations."""
        if not self.answers() and not is_free(self.port):
            raise DevToolsError(f"Another program listens on port {self.port}; name another one in NAUTOBOT_PORT.")
        started = time.monotonic()
        engine = {"postgres": "PostgreSQL", "mysql": "MySQL"}[self.database]
        with step(f"Starting Nautobot {self.nautobot} on {engine} at {self.url}") as progress:
            told = 0.0

            def follow() -> None:
                nonlocal told
                if time.monotonic() - told > 5:
                    told = time.monotonic()
                    progress(self._stage(), 0, 0)

            self.run("up", "--detach", log=log, what="Starting the containers", timeout=patience, follow=follow)
            left = max(patience - (time.monotonic() - started), 60)
            progress("waiting for Nautobot's health", 0, 0)
            wait_until(self.answers, timeout=left, what="Nautobot", interval=0.5)
            progress("waiting for the worker", 0, 0)
            wait_until(self.rest().workers, timeout=300, what="The Celery worker", interval=0.5)

    def answers(self) -> bool:
        """Whether Nautobot answers, and is well."""
        return Rest(self.url).health()

    def _stage(self) -> str:
        """What goes on in Nautobot's container, as far as its log tells."""
        said = self.output("logs", "--no-log-prefix", "--no-color", "--tail", "5", "nautobot")
        applied = re.findall(r"Applying (\w+)\.", said)
        return f"migrating {applied[-1]}" if applied else "waiting for the containers"

    def save_logs(self, folder: Path) -> None:
        """Keep the logs of all services, one file each."""
        folder.mkdir(parents=True, exist_ok=True)
        for service in SERVICES:
            log = folder / f"{service}.log"
            log.write_text(self.output("logs", "--no-log-prefix", "--no-color", service))

    def down(self, log: Path, *, volumes: bool = False) -> None:
        """Stop and remove the containers; with `volumes` also their data."""
        with step("Removing the containers" + (" and their data" if volumes else "")):
            arguments = ("--volumes",) if volumes else ()
            self.run("down", "--timeout", "20", *arguments, log=log, what="Removing the containers", timeout=300)


def suffix_of_run(nautobot: str, database: str) -> str:
    """Of the project's name of a run that removes all it made: such runs may go on beside each other, and beside what `up` left."""
    return f"-ci-{re.sub(r'[^a-z0-9]+', '-', nautobot.lower())}-{database}"


@contextmanager
def fresh(stack: Stack, log: Path) -> Iterator[Stack]:
    """Have a stack up from nothing for the time of the block; on an exception its logs are kept beside `log`."""
    stack.down(log, volumes=True)
    try:
        stack.build(log)
        stack.up(log)
        yield stack
    except BaseException:
        stack.save_logs(log.parent)
        err.print(f"The logs of all services: {log.parent}", markup=False, soft_wrap=True)
        raise
    finally:
        stack.down(log, volumes=True)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
