"""Where findings go, one at a time: a CSV file, a JSON file, the log. None of them keeps what it has written.

The JSON file is one object:

    schema     "findings/1"; a change that breaks readers changes the number
    job        class path of the Job, such as "collection.jobs.audits.connections.ConnectionAudit"
    title      its name in Nautobot
    user       who ran it
    scope      what it looked at, in words
    nautobot   address of the Nautobot, "" if unknown
    started    time in ISO 8601 with time zone
    findings   list of objects, the most severe first:
        fingerprint  20 hexadecimal digits, the same in every run (see `findings.Finding.fingerprint`)
        check        id of the check
        severity     "critical", "high", "medium", "low" or "info"
        model, pk    the object: "dcim.device" and its primary key
        display      its name
        url          its page; a path alone if the address of Nautobot is unknown
        location     full name of its location from the top, "EMEA / AMS01"; "" if none
        role         name of its role; "" if none
        message      what is wrong
        details      object of further texts by label
        key          what tells several findings of one check on one object apart; "" if nothing has to
        first_seen   time in ISO 8601 of the run that found it first
        new          whether the run compared with did not have it; null if there is none to tell
        waiver       null, or an object: owner, reason, expires (see `waivers`)
    fixed      list of objects: findings that the run compared with had and this one has not, as that one wrote them
    checks     list of objects, one for each check: id, title, severity, description, remedy, findings (how many, without
               waived ones), waived (how many), seconds, score, error (null, or why it could not finish),
               not_asked (null, or why it was not asked)
    compared   null, or the time in ISO 8601 of the run compared with
    objects    how many objects were looked at
    counts     object: how many findings of each severity, without waived ones
    waived     how many findings are waived
    score      number from 0 to 100 (see `score`), or null
    scores     object: by "location" and by "role", objects of scores by name
    finished   time in ISO 8601 with time zone

The CSV file has the same columns as a finding (details in one column, "label: text; label: text") and the title of the
check.
"""

from __future__ import annotations

import csv
import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Protocol

from django.utils import timezone
from nautobot.apps.jobs import Job

from .attachments import safe_cell
from .checks import Check
from .findings import Finding, Severity, Standing
from .summary import Summary


class Sink(Protocol):
    """Takes findings while the checks run."""

    def add(self, finding: Finding, check: Check, standing: Standing) -> None:
        """Take one."""

    def finish(self) -> None:
        """No more will come."""


class CsvSink:
    """Writes `findings.csv`: one line a finding, for spreadsheets."""

    COLUMNS = (
        "severity",
        "check",
        "title",
        "object",
        "location",
        "role",
        "message",
        "details",
        "model",
        "pk",
        "url",
        "fingerprint",
        "state",
        "first_seen",
        "waived_by",
        "waived_until",
    )

    def __init__(self, path: Path, summary: Summary) -> None:
        # With a byte order mark, without which Excel takes UTF-8 for something else.
        self._file: IO[str] = path.open("w", encoding="utf-8-sig", newline="")
        self._base_url = summary.base_url
        self._writer = csv.writer(self._file)
        self._writer.writerow(self.COLUMNS)

    def add(self, finding: Finding, check: Check, standing: Standing) -> None:
        """Write a line."""
        self._writer.writerow([safe_cell(cell) for cell in self.row(finding, check, standing, self._base_url)])

    @staticmethod
    def row(finding: Finding, check: Check, standing: Standing, base_url: str) -> tuple[str, ...]:
        """The cells of a finding, in the order of COLUMNS. Not yet safe for spreadsheets."""
        state = "waived" if standing.waived else {True: "new", False: "open", None: ""}[standing.new]
        return (
            finding.severity.label,
            finding.check,
            check.title,
            finding.display,
            finding.location,
            finding.role,
            finding.message,
            "; ".join(f"{label}: {text}" for label, text in finding.details.items()),
            finding.model,
            finding.pk,
            base_url + finding.url,
            finding.fingerprint,
            state,
            standing.first_seen,
            standing.owner,
            standing.expires,
        )

    def finish(self) -> None:
        """Close the file."""
        self._file.close()


class JsonSink:
    """Writes `findings.json`, for machines. The module's docstring describes it."""

    def __init__(self, path: Path, summary: Summary) -> None:
        self._file: IO[str] = path.open("w", encoding="utf-8")
        self._summary = summary
        self._separator = ""
        self._fixed = False
        head = {
            "schema": "findings/1",
            "job": summary.job,
            "title": summary.title,
            "user": summary.user,
            "scope": summary.scope,
            "nautobot": summary.base_url,
            "started": summary.started.isoformat(),
        }
        self._file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "findings": [')

    def add(self, finding: Finding, check: Check, standing: Standing) -> None:
        """Write an object of the list."""
        record = {
            "fingerprint": finding.fingerprint,
            "check": finding.check,
            "severity": finding.severity.label,
            "model": finding.model,
            "pk": finding.pk,
            "display": finding.display,
            "url": self._summary.base_url + finding.url,
            "location": finding.location,
            "role": finding.role,
            "message": finding.message,
            "details": dict(finding.details),
            "key": finding.key,
            "first_seen": standing.first_seen,
            "new": standing.new,
            "waiver": {"owner": standing.owner, "reason": standing.reason, "expires": standing.expires}
            if standing.waived
            else None,
        }
        self._file.write(f"{self._separator}\n{json.dumps(record, ensure_ascii=False)}")
        self._separator = ","

    def fix(self, record: Mapping[str, Any]) -> None:
        """Write an object of the list of fixed findings; all findings have been written."""
        if not self._fixed:
            self._file.write('\n], "fixed": [')
        self._file.write(f"{',' if self._fixed else ''}\n{json.dumps(record, ensure_ascii=False)}")
        self._fixed = True

    def finish(self) -> None:
        """Write what is known at the end, and close the file."""
        if not self._fixed:
            self._file.write('\n], "fixed": [')
        scores = self._summary.score.by("check")
        checks: list[dict[str, Any]] = [
            {
                "id": result.check.id,
                "title": result.check.title,
                "severity": result.check.severity.label,
                "description": result.check.description,
                "remedy": result.check.remedy,
                "findings": result.findings,
                "waived": result.waived,
                "seconds": round(result.seconds, 3),
                "score": scores.get(result.check.id),
                "error": result.error,
                "not_asked": result.not_asked,
            }
            for result in self._summary.results
        ]
        tail = {
            "checks": checks,
            "compared": self._summary.compared.isoformat() if self._summary.compared else None,
            "objects": self._summary.objects,
            "counts": {severity.label: self._summary.severities[severity] for severity in reversed(Severity)},
            "waived": self._summary.waived,
            "score": self._summary.score.total,
            "scores": {name: self._summary.score.by(name) for name in ("location", "role")},
            "finished": timezone.now().isoformat(),
        }
        self._file.write("\n], " + json.dumps(tail, ensure_ascii=False)[1:] + "\n")
        self._file.close()


def read_findings(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The findings in a file that `JsonSink` wrote, which has each on a line of its own; nothing else of the file is kept."""
    for line in lines:
        if line.startswith(b"]"):
            return
        if line.startswith(b'{"fingerprint"'):
            yield json.loads(line.rstrip().rstrip(b","))


class LogSink:
    """Logs the first findings, the most severe, each linked to its object.

    A log line costs Nautobot two queries and more time than the finding itself, and nobody reads thousands of them.
    """

    _LEVELS = {
        Severity.CRITICAL: "failure",
        Severity.HIGH: "failure",
        Severity.MEDIUM: "warning",
        Severity.LOW: "info",
        Severity.INFO: "info",
    }

    def __init__(self, job: Job, limit: int) -> None:
        self._logger: logging.Logger = job.logger
        self._left = limit

    def add(self, finding: Finding, check: Check, standing: Standing) -> None:
        """Log it, unless enough have been, or somebody answers for it."""
        if self._left > 0 and not standing.waived:
            self._left -= 1
            log = getattr(self._logger, self._LEVELS[finding.severity])
            details = "".join(f" *{label}:* {text}." for label, text in finding.details.items())
            log("%s%s", finding.message, details, extra={"object": finding, "grouping": finding.check})

    def finish(self) -> None:
        """Nothing is left to do: `Audit` logs the summary."""
