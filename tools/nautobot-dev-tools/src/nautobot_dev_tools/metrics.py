"""What one run of a Job costs, measured in the worker that ran it: SQL queries, repeated ones, peak memory.

The worker writes one JSON file a run; the command that waits for the run reads it. Without ``NAUTOBOT_DEV_TOOLS_METRICS`` (a folder) in
the environment nothing is measured.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections import Counter
from pathlib import Path

FOLDER = "NAUTOBOT_DEV_TOOLS_METRICS"
_CLEAR_PEAK = "5"  # see clear_refs in proc(5)


class QueryCounter:
    """Counts SQL queries: a wrapper for ``connection.execute_wrapper``.

    Attributes:
        total: queries so far.
        log: those that Nautobot's job log costs (two an entry: one reads the JobResult, one writes the entry).
        statements: SQL text without parameters, with how often it was sent.
    """

    def __init__(self) -> None:
        self.total = 0
        self.log = 0
        self.statements: Counter[str] = Counter()

    def __call__(self, execute, sql, params, many, context):
        """Count one query and pass it on."""
        self.total += 1
        if 'INSERT INTO "extras_joblogentry"' in sql or "INSERT INTO `extras_joblogentry`" in sql:
            self.log += 2
        self.statements[re.sub(r"\bIN \((%s(, )?)+\)", "IN (…)", sql)] += 1
        return execute(sql, params, many, context)

    def repeated(self, at_least: int = 3, most: int = 10) -> list[tuple[int, str]]:
        """Return the statements sent at least so often, most frequent first."""
        return [(count, sql) for sql, count in self.statements.most_common(most) if count >= at_least]


def install() -> None:
    """Make a Celery worker measure each run of a Job, if the environment names a folder. Called from the settings."""
    if not os.environ.get(FOLDER):
        return
    from celery import signals

    signals.task_prerun.connect(_before, weak=False)
    signals.task_postrun.connect(_after, weak=False)


def read(task_id: str, *, patience: float = 5.0) -> dict:
    """Return what was measured of a run, waiting a moment for the worker to write it; empty if nothing was.

    Returns:
        ``{"queries": int, "log_queries": int, "peak_memory": int | None (bytes above the start), "repeated": [[count, sql], …]}``
    """
    path = Path(os.environ[FOLDER]) / f"{task_id}.json"
    deadline = time.monotonic() + patience
    while not path.exists():
        if time.monotonic() > deadline:
            return {}
        time.sleep(0.02)
    return json.loads(path.read_text())


_running: dict[str, tuple[QueryCounter, int | None]] = {}


def _before(task_id: str, **_) -> None:
    from django.db import connections

    counter = QueryCounter()
    for connection in connections.all():
        connection.execute_wrappers.append(counter)
    _running[task_id] = (counter, _reset_peak())


def _after(task_id: str, **_) -> None:
    from django.db import connections

    counter, before = _running.pop(task_id)
    for connection in connections.all():
        with contextlib.suppress(ValueError):
            connection.execute_wrappers.remove(counter)
    peak = _peak()
    measured = {
        "queries": counter.total,
        "log_queries": counter.log,
        "peak_memory": peak - before if peak is not None and before is not None else None,
        "repeated": counter.repeated(),
    }
    folder = Path(os.environ[FOLDER])
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{task_id}.partial"
    partial.write_text(json.dumps(measured))
    partial.rename(folder / f"{task_id}.json")


def _reset_peak() -> int | None:
    """Reset this process's peak of resident memory (Linux); return its resident memory in bytes, or None elsewhere."""
    try:
        Path("/proc/self/clear_refs").write_text(_CLEAR_PEAK)
    except OSError:
        return None
    return _status("VmRSS")


def _peak() -> int | None:
    return _status("VmHWM")


def _status(field: str) -> int | None:
    try:
        found = re.search(rf"^{field}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.M)
    except OSError:
        return None
    return int(found.group(1)) * 1024 if found else None
