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
    checks     list of objects, one for each check that ran: id, title, severity, description, remedy,
               findings (how many), seconds, error (null, or why it could not finish)
    objects    how many objects were looked at
    counts     object: how many findings of each severity
    finished   time in ISO 8601 with time zone

The CSV file has the same columns as a finding (details in one column, "label: text; label: text") and the title of the
check.
"""

from __future__ import annotations

import csv
import json
import logging
from pathlib import Path
from typing import IO, Any, Protocol

from django.utils import timezone
from nautobot.apps.jobs import Job

from .attachments import safe_cell
from .checks import Check
from .findings import Finding, Severity
from .summary import Summary


class Sink(Protocol):
    """Takes findings while the checks run."""

    def add(self, finding: Finding, check: Check) -> None:
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
    )

    def __init__(self, path: Path, summary: Summary) -> None:
        # With a byte order mark, without which Excel takes UTF-8 for something else.
        self._file: IO[str] = path.open("w", encoding="utf-8-sig", newline="")
        self._base_url = summary.base_url
        self._writer = csv.writer(self._file)
        self._writer.writerow(self.COLUMNS)

    def add(self, finding: Finding, check: Check) -> None:
        """Write a line."""
        details = "; ".join(f"{label}: {text}" for label, text in finding.details.items())
        self._writer.writerow(
            (
                finding.severity.label,
                finding.check,
                check.title,
                safe_cell(finding.display),
                safe_cell(finding.location),
                safe_cell(finding.role),
                safe_cell(finding.message),
                safe_cell(details),
                finding.model,
                finding.pk,
                self._base_url + finding.url,
                finding.fingerprint,
            )
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

    def add(self, finding: Finding, check: Check) -> None:
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
        }
        self._file.write(f"{self._separator}\n{json.dumps(record, ensure_ascii=False)}")
        self._separator = ","

    def finish(self) -> None:
        """Write what is known at the end, and close the file."""
        checks: list[dict[str, Any]] = [
            {
                "id": result.check.id,
                "title": result.check.title,
                "severity": result.check.severity.label,
                "description": result.check.description,
                "remedy": result.check.remedy,
                "findings": result.findings,
                "seconds": round(result.seconds, 3),
                "error": result.error,
            }
            for result in self._summary.results
        ]
        tail = {
            "checks": checks,
            "objects": self._summary.objects,
            "counts": {severity.label: self._summary.severities[severity] for severity in reversed(Severity)},
            "finished": timezone.now().isoformat(),
        }
        self._file.write("\n], " + json.dumps(tail, ensure_ascii=False)[1:] + "\n")
        self._file.close()


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

    def add(self, finding: Finding, check: Check) -> None:
        """Log it, unless enough have been."""
        if self._left > 0:
            self._left -= 1
            log = getattr(self._logger, self._LEVELS[finding.severity])
            details = "".join(f" *{label}:* {text}." for label, text in finding.details.items())
            log("%s%s", finding.message, details, extra={"object": finding, "grouping": finding.check})

    def finish(self) -> None:
        """Nothing is left to do: `Audit` logs the summary."""
