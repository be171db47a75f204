"""What earlier runs of an audit found: which findings are new, which are fixed, and since when the others are open.

A run is compared with an earlier one of the same Job, the same scope and the same eyes: another user may see other
objects, and what one cannot see is not fixed. What the earlier run found is read from its `findings.json` into a
database on disk, so that memory does not grow with it.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet
from nautobot.apps.jobs import Job
from nautobot.extras.models import JobResult

from .access import RefusalError
from .attachments import attached
from .findings import Severity
from .sinks import read_findings
from .summary import Point

MOST_POINTS = 20
FINDINGS = "findings.json"


class History:
    """The earlier run that this one is compared with, if there is one.

    Args:
        path: file for the database on disk.
        earlier: the result of the earlier run, or None.
        now: time of this run, in ISO 8601.
    """

    def __init__(self, path: Path, earlier: JobResult | None, now: str) -> None:
        self.earlier = earlier
        self._now = now
        self._checks: set[str] = set()
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute(
            "CREATE TABLE earlier (fingerprint TEXT PRIMARY KEY, first_seen TEXT, record TEXT, seen INTEGER) WITHOUT ROWID"
        )
        if earlier is not None:
            self._read(earlier)

    def _read(self, earlier: JobResult) -> None:
        """Each finding has a line of its own in the file, and all that is known at the end is in the last one (`JsonSink`)."""
        self._database.execute("BEGIN")
        with attached(earlier, FINDINGS) as lines:
            started = json.loads(next(lines).rstrip() + b"]}")["started"]
            for record in read_findings(lines):
                text = json.dumps(record, ensure_ascii=False)
                # One that was waived was known, and is not fixed when it goes.
                row = (record["fingerprint"], record.get("first_seen") or started, text, bool(record.get("waiver")))
                self._database.execute("INSERT OR IGNORE INTO earlier VALUES (?, ?, ?, ?)", row)
            tail: dict[str, Any] = {"checks": []}
            for line in lines:
                if line.startswith(b"], "):
                    tail = json.loads(b"{" + line[3:])
        self._checks = {check["id"] for check in tail["checks"] if not check["error"]}
        self._database.execute("COMMIT")

    def stand(self, fingerprint: str, check: str) -> tuple[str, bool | None]:
        """When a finding was seen first, and whether it is new; notes that it is still there."""
        if self.earlier is None:
            return self._now, None
        row = self._database.execute("SELECT first_seen FROM earlier WHERE fingerprint = ?", (fingerprint,)).fetchone()
        if row is None:
            return self._now, True if check in self._checks else None
        self._database.execute("UPDATE earlier SET seen = 1 WHERE fingerprint = ?", (fingerprint,))
        return row[0], False

    def fixed(self, checks: set[str]) -> Iterator[dict[str, Any]]:
        """Findings of these checks that the earlier run had and this one has not, as its file described them."""
        for (record,) in self._database.execute("SELECT record FROM earlier WHERE seen = 0 ORDER BY record"):
            finding = json.loads(record)
            if finding["check"] in checks:
                yield finding

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def earlier_runs(job: Job, scope_key: str) -> QuerySet:
    """Results of ended runs of this Job with this scope by the same user, the last first; superusers see each other's."""
    same_eyes = Q(user__is_superuser=True) if job.user.is_superuser else Q(user=job.user)
    return (
        JobResult.objects.filter(same_eyes, job_model=job.job_result.job_model, result__scope=scope_key)
        .exclude(pk=job.job_result.pk)
        .exclude(date_done=None)
        .order_by("-date_done")
    )


def choose(job: Job, scope_key: str, chosen: JobResult | None) -> tuple[JobResult | None, list[Point]]:
    """The run to compare with, and the course of the last runs, the oldest first.

    Raises:
        RefusalError: the chosen run is none of this Job, has no findings, or may not be seen.
    """
    runs = list(earlier_runs(job, scope_key).defer("task_args", "task_kwargs", "celery_kwargs", "meta")[:MOST_POINTS])
    points = [_point(run) for run in reversed(runs)]
    if chosen is None:
        return next((run for run in runs if _has_findings(run)), None), points
    visible = JobResult.objects.restrict(job.user, "view").filter(pk=chosen.pk)
    if chosen.user_id != job.user.pk and not visible.exists():
        raise RefusalError("Compare with: you may not view this job result (extras.view_jobresult).")
    if chosen.job_model_id != job.job_result.job_model_id:
        raise RefusalError(
            f"Compare with: the job result is of {chosen.name}, not of {job.name}. Select one of the latter."
        )
    if not _has_findings(chosen):
        raise RefusalError(f"Compare with: the job result has no file {FINDINGS} any more. Select another one.")
    return chosen, points


def _has_findings(run: JobResult) -> bool:
    return any(name.startswith(FINDINGS) for name in run.files.values_list("name", flat=True))


def _point(run: JobResult) -> Point:
    counts = {Severity.from_label(label): count for label, count in run.result.get("severities", {}).items()}
    return Point(run.date_done, Counter(counts), run.result.get("score"))
