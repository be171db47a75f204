"""Background processes with a log and a record by which a later command finds and stops them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from .errors import DevToolsError


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold an exclusive lock, so that two commands started at once do not start the same server twice."""
    import fcntl

    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True)
class Background:
    """One background process, known by a file with its pid and start time (so that a reused pid is never taken for it)."""

    name: str
    state: Path

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self.state / "logs" / f"{self.name}.log"

    @property
    def record(self) -> Path:
        """The file that remembers it."""
        return self.state / "processes" / f"{self.name}.json"

    def process(self) -> psutil.Process | None:
        """Return the running process, or None."""
        try:
            known = json.loads(self.record.read_text())
            process = psutil.Process(known["pid"])
            alive = process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - known["created"]) < 1
        except (FileNotFoundError, ValueError, KeyError, psutil.NoSuchProcess):
            return None
        return process if alive else None

    def start(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        own_temporary: bool = False,
    ) -> None:
        """Start it in a session of its own, unless it runs.

        Args:
            command: the program and its arguments.
            env: what it has in its environment beyond this process's.
            cwd: its folder.
            own_temporary: give it a folder for temporary files that goes when it is stopped: one that is killed leaves them behind.
        """
        if self.process() is not None:
            return
        self._forget()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.record.parent.mkdir(parents=True, exist_ok=True)
        temporary = tempfile.mkdtemp(prefix=f"nautobot-{self.name}-") if own_temporary else None
        with open(self.log, "wb") as log:
            started = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {}), **({"TMPDIR": temporary} if temporary else {})},
                cwd=cwd,
                start_new_session=True,
            )
        try:
            created = psutil.Process(started.pid).create_time()
            known = {"pid": started.pid, "created": created, "command": list(command), "temporary": temporary}
            self.record.write_text(json.dumps(known))
        except BaseException:
            # Interrupted just now: without its record nobody would find it.
            started.kill()
            if temporary:
                shutil.rmtree(temporary, ignore_errors=True)
            raise

    def ensure_alive(self) -> None:
        """Raise a DevToolsError with the end of the log if the process has died."""
        if self.process() is None:
            raise DevToolsError(f"{self.name} ended at once. The end of {self.log}:\n{self.tail()}")

    def tail(self, lines: int = 25) -> str:
        """Return the last lines of the log."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return "(no log)"

    def stop(self, *, patience: float = 20.0) -> bool:
        """Ask it to end and wait `patience` seconds, then insist; its children end with it. Returns whether there was anything to stop.

        A Celery worker that is killed leaves its pool behind: what outlives its parent is killed too.
        """
        process = self.process()
        if process is None:
            self._forget()
            return False
        children = _children(process)
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
        alive = wait_for_end([process], patience)
        alive += wait_for_end(children, 0 if alive else 1)
        for member in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        wait_for_end(alive, 5)
        self._forget()
        return True

    def _forget(self) -> None:
        """Remove what is left of a process that has ended: its temporary files, and its record."""
        with contextlib.suppress(FileNotFoundError, ValueError, KeyError, TypeError):
            shutil.rmtree(json.loads(self.record.read_text())["temporary"], ignore_errors=True)
        self.record.unlink(missing_ok=True)


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def wait_for_end(processes: Sequence[psutil.Process], patience: float) -> list[psutil.Process]:
    """Wait for processes to end; returns those that have not within `patience` seconds.

    A zombie has ended, though psutil waits on: in a container the first process may reap the others' children late, or never.
    """
    deadline = time.monotonic() + patience
    while (alive := [process for process in processes if not _ended(process)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return alive


def _ended(process: psutil.Process) -> bool:
    try:
        if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            return False
        process.wait(0)  # reaps a child of this process
    except (psutil.NoSuchProcess, psutil.TimeoutExpired):
        pass
    return True


def wait_until(ready, *, timeout: float, what: str, alive=None, interval: float = 0.05) -> None:
    """Ask `ready()` until it returns something true.

    Args:
        ready: called without arguments; what it raises is not caught.
        timeout: seconds.
        what: names what is waited for, for the error.
        alive: called between two tries; raises where waiting has become pointless.
        interval: seconds between two tries.

    Raises:
        DevToolsError: not ready within `timeout`.
    """
    deadline = time.monotonic() + timeout
    while not ready():
        if alive is not None:
            alive()
        if time.monotonic() > deadline:
            raise DevToolsError(f"{what} was not ready within {timeout:.0f} s.")
        time.sleep(interval)
