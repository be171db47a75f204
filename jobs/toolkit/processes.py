"""Other programs, with a limit of time and of what they may write."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

_TICK = 0.1
_MOST_OUTPUT = 32 << 20
_MOST_ERRORS = 4 << 10


class LimitError(Exception):
    """The program took too long, or wrote too much; it is ended."""


class Ended(NamedTuple):
    """How a program ended.

    Args:
        status: 0 if all went well.
        output, errors: what it wrote, from the beginning.
    """

    status: int
    output: str
    errors: str


def run(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    seconds: float,
    folder: Path | None = None,
    grows: Path | None = None,
    most: int = 0,
) -> Ended:
    """Run a program.

    Args:
        command: the program and its arguments; no shell reads them.
        environment: all of it.
        seconds: it may take.
        folder: in which it runs.
        grows: a folder that it may fill,
        most: with so many bytes.

    Raises:
        LimitError: beyond a limit; then the program and all that it started are ended.
    """
    end = time.monotonic() + seconds
    with TemporaryFile() as output, TemporaryFile() as errors:
        # In a session of its own, so that the programs that it starts end with it.
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
        )
        try:
            while process.poll() is None:
                if time.monotonic() > end:
                    raise LimitError(f"took longer than {seconds:g} s")
                _refuse_size(grows, most)
                try:
                    process.wait(timeout=_TICK)
                except subprocess.TimeoutExpired:
                    continue
            _refuse_size(grows, most)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        output.seek(0)
        errors.seek(0)
        said = errors.read(_MOST_ERRORS).decode(errors="replace")
        return Ended(process.returncode, output.read(_MOST_OUTPUT).decode(errors="replace"), said)


def _refuse_size(folder: Path | None, most: int) -> None:
    if folder is None:
        return
    total = 0
    for path, _, files in os.walk(folder):
        for name in files:
            try:
                total += Path(path, name).lstat().st_size
            except FileNotFoundError:  # renamed meanwhile
                continue
    if total > most:
        raise LimitError(f"gives more than {most >> 20} MiB")
