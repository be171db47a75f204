"""The HTML report of an audit: one file that needs nothing else, for people.

`page` puts it together with what all pages share; `charts` computes what is charted, and `rows` writes what the table
shows. Memory does not grow with the number of findings.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils import timezone
from markupsafe import Markup

from . import charts
from .checks import Check
from .findings import Finding, Severity, Standing
from .page import MOST_BYTES, write_page
from .rows import Rows
from .score import WEIGHTS
from .summary import CheckResult, Summary

MOST_ROWS = 20_000
# What is there for browsers that run no scripts.
PLAIN_ROWS = 100
MOST_FIXED = 500


class ReportSink:
    """Writes `report.html` when all findings are in.

    Its table holds the first MOST_ROWS findings, which are the most severe; the charts count all of them.
    """

    def __init__(self, path: Path, summary: Summary) -> None:
        self._path = path
        self._summary = summary
        self._rows = Rows(path.with_name(f"{path.name}.rows"), MOST_ROWS, MOST_BYTES)
        self._plain: list[tuple[Finding, Check, Standing]] = []
        self._roles: defaultdict[str, Counter[Severity]] = defaultdict(Counter)
        self._known = 0
        self._fixed: list[Mapping[str, Any]] = []

    def add(self, finding: Finding, check: Check, standing: Standing) -> None:
        """Write it for the table, if there is room."""
        self._rows.add(finding, check, standing)
        if standing.waived:
            return
        self._roles[finding.role][finding.severity] += 1
        self._known += standing.new is False
        if len(self._plain) < PLAIN_ROWS:
            self._plain.append((finding, check, standing))

    def fix(self, record: Mapping[str, Any]) -> None:
        """Keep a fixed finding for its list, if there is room."""
        if len(self._fixed) < MOST_FIXED:
            self._fixed.append(record)

    def finish(self) -> None:
        """Render the file."""
        self._rows.close()
        summary = self._summary
        write_page(
            self._path,
            "report",
            summary,
            filters={"score": _score, "day": _day, "value": _value},
            summary=summary,
            finished=timezone.now(),
            severities=list(reversed(Severity)),
            weights=WEIGHTS,
            status=status,
            passed=sum(status(result) == "passed" for result in summary.results),
            known=self._known,
            change=_change(summary),
            scores=summary.score.by("check"),
            titles={result.check.id: result.check.title for result in summary.results},
            shares=charts.shares(summary.severities),
            checks=charts.check_bars(summary),
            locations=charts.location_map(summary),
            roles=charts.role_map(summary, self._roles),
            course=charts.course(summary),
            plain=self._plain,
            rows=self._rows,
            data=map(Markup, self._rows.read()),
            fixed=[_fixed(record, summary) for record in self._fixed],
        )
        self._rows.discard()


def status(result: CheckResult) -> str:
    """How a check went, in a word or three."""
    if result.not_asked:
        return "not asked"
    if result.error:
        return "could not finish"
    return "found" if result.findings else "passed"


def _score(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _day(text: str) -> str:
    """The day of a time in ISO 8601."""
    return text[:10]


def _value(value: Any) -> str:
    """The value of a parameter as people read it."""
    if value is None or value == "" or value == () or value == []:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple, set, frozenset)) else str(value)


def _change(summary: Summary) -> float | None:
    """By how much the score has changed since the run compared with."""
    before = [point.score for point in summary.course if point.when == summary.compared]
    if not before or before[0] is None or summary.score.total is None:
        return None
    return round(summary.score.total - before[0], 1)


def _fixed(record: Mapping[str, Any], summary: Summary) -> dict[str, Any]:
    """What the list of fixed findings shows of one. The file that it comes from could have been written by anybody."""
    texts = {
        name: str(record.get(name) or "") for name in ("check", "display", "location", "role", "message", "first_seen")
    }
    severity, url = str(record.get("severity")), str(record.get("url") or "")
    if summary.base_url:
        url = url.removeprefix(summary.base_url)
    elif "://" in url:
        url = f"/{url.partition('://')[2].partition('/')[2]}"
    return {
        **texts,
        "severity": severity if severity in {each.label for each in Severity} else "info",
        "path": url if url.startswith("/") and not url.startswith("//") else "",
    }
