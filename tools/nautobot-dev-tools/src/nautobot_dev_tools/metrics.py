"""What one run of a Job costs, measured in the worker that ran it: SQL queries, repeated ones, peak memory.

Of a run that Nautobot profiles, also each statement's time, rows, and the line of the Job that sent it.

The worker writes one JSON file a run; the command that waits for the run reads it. Without ``NAUTOBOT_DEV_TOOLS_METRICS`` (a folder) in
the environment nothing is measured.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

FOLDER = "NAUTOBOT_DEV_TOOLS_METRICS"
_CLEAR_PEAK = "5"  # see clear_refs in proc(5)
_MOST_STATEMENTS = 100
# The handler that writes job log entries; what it sends is no query of the Job's own.
LOG_HANDLER = ("nautobot/core/celery/log.py", "emit")
_OWN, _LOG, _NAUTOBOT = "own", "log", "nautobot"


class QueryCounter:
    """Counts SQL queries: a wrapper for ``connection.execute_wrapper``.

    Attributes:
        total: queries so far.
        log: those that Nautobot's job log costs (two an entry: one reads the JobResult, one writes the entry).
        sent: SQL text without parameters, with how often it was sent.
    """

    def __init__(self) -> None:
        self.total = 0
        self.log = 0
        self.sent: Counter[str] = Counter()

    def __call__(self, execute, sql, params, many, context):
        """Count one query and pass it on."""
        self.total += 1
        if 'INSERT INTO "extras_joblogentry"' in sql or "INSERT INTO `extras_joblogentry`" in sql:
            self.log += 2
        self.sent[_same_length(sql)] += 1
        return execute(sql, params, many, context)

    def repeated(self, at_least: int = 3, most: int = 10) -> list[tuple[int, str]]:
        """Return the statements sent at least so often, most frequent first."""
        return [(count, sql) for sql, count in self.sent.most_common(most) if count >= at_least]


@dataclass
class Statement:
    """One SQL text with whatever parameters.

    Attributes:
        sql: the text.
        count: how often it was sent.
        seconds: of all executions, from sending to the last row fetched; a server-side cursor works while it is read.
        rows: fetched.
        log: sent by the job log.
        own: sent, directly or through Nautobot, by code of the repository.
        sites: lines of code with how often they sent it: of the repository, if it has a part in it.
        slowest_seconds: of the slowest execution.
        slowest: its SQL with parameters, of a SELECT.
    """

    sql: str
    count: int = 0
    seconds: float = 0.0
    rows: int = 0
    log: bool = False
    own: bool = False
    sites: Counter[str] = field(default_factory=Counter)
    slowest_seconds: float = 0.0
    slowest: str = ""


class QueryRecorder(QueryCounter):
    """Counts queries, and takes their time, rows and origin. Costs more than counting: for profiles.

    Args:
        own: folders below which the code of repositories lies, one folder each.
    """

    _FETCHES = ("fetchone", "fetchmany", "fetchall")

    def __init__(self, own: list[Path]) -> None:
        super().__init__()
        self.recorded: dict[tuple[str, bool, bool], Statement] = {}
        self._own = [f"{folder}{os.sep}" for folder in own]
        self._kinds: dict[CodeType, str] = {}

    def __call__(self, execute, sql, params, many, context):
        """Record one query and pass it on."""
        log, own, site = self._origin()
        text = _same_length(sql)
        statement = self.recorded.setdefault((text, log, own), Statement(text, log=log, own=own))
        statement.count += 1
        statement.sites[site] += 1
        cursor = context["cursor"]
        for name in self._FETCHES:
            vars(cursor).pop(name, None)  # a cursor may be used again
        started = time.perf_counter()
        result = super().__call__(execute, sql, params, many, context)
        took = [time.perf_counter() - started]
        statement.seconds += took[0]
        filled = "" if many or not _reads(sql) else _filled(context["connection"], cursor, sql, params)

        def keep_slowest() -> None:
            if took[0] > statement.slowest_seconds:
                statement.slowest_seconds, statement.slowest = took[0], filled

        keep_slowest()
        for name in self._FETCHES:
            setattr(cursor, name, self._timed(getattr(cursor, name), statement, took, keep_slowest))
        return result

    @staticmethod
    def _timed(fetch: Callable, statement: Statement, took: list[float], keep_slowest: Callable[[], None]) -> Callable:
        def timed(*args, **kwargs):
            started = time.perf_counter()
            rows = fetch(*args, **kwargs)
            seconds = time.perf_counter() - started
            took[0] += seconds
            statement.seconds += seconds
            statement.rows += len(rows) if isinstance(rows, list) else rows is not None
            keep_slowest()
            return rows

        return timed

    def _origin(self) -> tuple[bool, bool, str]:
        """Who is sending a query: the job log? code of the repository? from which line?"""
        frame: FrameType | None = sys._getframe(2)
        log, nautobot = False, ""
        while frame is not None:
            code = frame.f_code
            kind = self._kinds.get(code)
            if kind is None:
                kind = self._kinds[code] = self._kind(code)
            if kind == _OWN:
                return log, True, f"{self.place(code.co_filename)}:{frame.f_lineno} {code.co_name}"
            log = log or kind == _LOG
            if kind == _NAUTOBOT and not nautobot:
                nautobot = f"{self.place(code.co_filename)}:{frame.f_lineno} {code.co_name}"
            frame = frame.f_back
        return log, False, nautobot

    def _kind(self, code: CodeType) -> str:
        if any(code.co_filename.startswith(folder) for folder in self._own):
            return _OWN
        path, name = LOG_HANDLER
        if code.co_name == name and code.co_filename.replace(os.sep, "/").endswith(path):
            return _LOG
        return _NAUTOBOT if f"{os.sep}nautobot{os.sep}" in code.co_filename else ""

    def place(self, path: str) -> str:
        """A path for people: below the repository, or below where packages are installed."""
        for folder in self._own:
            if path.startswith(folder):
                return path[len(folder) :].partition(os.sep)[2]
        return path.rpartition(f"site-packages{os.sep}")[2]

    def statements(self, most: int = _MOST_STATEMENTS) -> list[dict[str, Any]]:
        """The statements that took the most time, the slowest first."""
        ordered = sorted(self.recorded.values(), key=lambda statement: -statement.seconds)
        return [{**vars(statement), "sites": statement.sites.most_common(3)} for statement in ordered[:most]]

    def totals(self) -> dict[str, dict[str, float]]:
        """Number and seconds of queries: the Job's ``own``, those of its ``log``, and Nautobot's ``around`` it."""
        sums: dict[str, dict[str, float]] = {kind: {"queries": 0, "seconds": 0.0} for kind in ("own", "log", "around")}
        for statement in self.recorded.values():
            kind = "log" if statement.log else "own" if statement.own else "around"
            sums[kind]["queries"] += statement.count
            sums[kind]["seconds"] += statement.seconds
        return sums


def _same_length(sql: str) -> str:
    """The text with all lists of parameters the same length."""
    return re.sub(r"\bIN \((%s(, )?)+\)", "IN (…)", sql)


def _reads(sql: str) -> bool:
    return sql.lstrip("( ").startswith(("SELECT", "WITH"))


def _filled(connection, cursor, sql: str, params) -> str:
    """The SQL that was just executed with its parameters; of a server-side cursor, what it was declared for."""
    text = connection.ops.last_executed_query(cursor.cursor, sql, params) or ""
    return re.sub(r"^DECLARE .+? CURSOR (WITH(OUT)? HOLD )?FOR ", "", text, count=1)


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
        ``{"queries": int, "log_queries": int, "peak_memory": int | None (bytes above the start), "repeated": [[count, sql], …]}``,
        and of a profiled run ``statements`` and ``totals``, see `QueryRecorder`.
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

    # A run inside another one is recorded as a part of that, and to ask whether it is profiled would be a query of that.
    recorded = not _running and _profiled(task_id)
    counter = QueryRecorder(_code_folders()) if recorded else QueryCounter()
    for connection in connections.all():
        connection.execute_wrappers.append(counter)
    _running[task_id] = (counter, reset_peak())


def _after(task_id: str, **_) -> None:
    from django.db import connections

    counter, before = _running.pop(task_id)
    for connection in connections.all():
        with contextlib.suppress(ValueError):
            connection.execute_wrappers.remove(counter)
    peak = peak_memory()
    measured: dict[str, Any] = {
        "queries": counter.total,
        "log_queries": counter.log,
        "peak_memory": peak - before if peak is not None and before is not None else None,
        "repeated": counter.repeated(),
    }
    if isinstance(counter, QueryRecorder):
        measured |= {"statements": counter.statements(), "totals": counter.totals()}
    folder = Path(os.environ[FOLDER])
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{task_id}.partial"
    partial.write_text(json.dumps(measured))
    partial.rename(folder / f"{task_id}.json")


def _profiled(task_id: str) -> bool:
    """Whether the run was started with Nautobot's option to profile it."""
    from nautobot.extras.models import JobResult

    options = JobResult.objects.filter(pk=task_id).values_list("celery_kwargs", flat=True).first()
    return bool((options or {}).get("nautobot_job_profile"))


def _code_folders() -> list[Path]:
    from django.conf import settings

    return [Path(settings.GIT_ROOT)]


def reset_peak() -> int | None:
    """Reset this process's peak of resident memory (Linux); return its resident memory in bytes, or None elsewhere."""
    try:
        Path("/proc/self/clear_refs").write_text(_CLEAR_PEAK)
    except OSError:
        return None
    return _status("VmRSS")


def peak_memory() -> int | None:
    """This process's peak of resident memory in bytes since `reset_peak`; None where Linux's /proc is not there."""
    return _status("VmHWM")


def _status(field: str) -> int | None:
    try:
        found = re.search(rf"^{field}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.M)
    except OSError:
        return None
    return int(found.group(1)) * 1024 if found else None
