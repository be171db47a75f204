"""The HTML report of an audit: one file that needs nothing else, for people.

The template, the style sheet and the script lie beside this module. What is charted is computed here, as plain numbers.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.utils import timezone
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .checks import Check
from .findings import Finding, Severity, Standing
from .summary import Summary

MOST_ROWS = 2000
_MOST_LOCATIONS = 12
_DIRECTORY = Path(__file__).parent


class ReportSink:
    """Writes `report.html` when all findings are in.

    Its table holds the first MOST_ROWS findings, which are the most severe; the charts count all of them.
    """

    def __init__(self, path: Path, summary: Summary) -> None:
        self._path = path
        self._summary = summary
        self._rows: list[tuple[Finding, Check]] = []

    def add(self, finding: Finding, check: Check, standing: Standing) -> None:
        """Keep it for the table, if there is room."""
        if len(self._rows) < MOST_ROWS:
            self._rows.append((finding, check))

    def fix(self, record: Mapping[str, Any]) -> None:
        """Keep a fixed finding for its list, if there is room."""

    def finish(self) -> None:
        """Render the file."""
        style, script = _source("report.css"), _source("report.js")
        environment = Environment(
            loader=FileSystemLoader(_DIRECTORY),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["number"] = _number
        template = environment.get_template("report.html.j2")
        stream = template.stream(
            summary=self._summary,
            finished=timezone.now(),
            severities=list(reversed(Severity)),
            shares=shares(self._summary.severities),
            checks=check_bars(self._summary),
            locations=location_bars(self._summary),
            rows=self._rows,
            left_out=self._summary.findings - len(self._rows),
            passed=sum(not result.findings and not result.error for result in self._summary.results),
            style=style,
            style_hash=_content_hash(style),
            script=script,
            script_hash=_content_hash(script),
        )
        stream.enable_buffering(100)
        with self._path.open("w", encoding="utf-8") as file:
            file.writelines(stream)


@dataclass
class Segment:
    """A piece of a bar or a ring, out of 100: where it begins and how long it is."""

    severity: Severity
    count: int
    start: float
    length: float


@dataclass
class Bar:
    """A row of a bar chart."""

    label: str
    hint: str
    value: int
    segments: list[Segment]


def shares(severities: Counter[Severity]) -> list[Segment]:
    """The ring "findings by severity": 100 units for all findings, the most severe first."""
    return _segments(severities, severities.total())


def check_bars(summary: Summary) -> list[Bar]:
    """The chart "findings by check": checks with findings, in the order in which they ran."""
    found = [result for result in summary.results if result.findings]
    longest = max((result.findings for result in found), default=0)
    return [
        Bar(
            result.check.title,
            result.check.id,
            result.findings,
            _segments(Counter({result.check.severity: result.findings}), longest),
        )
        for result in found
    ]


def location_bars(summary: Summary) -> list[Bar]:
    """The chart "findings by location": those with the most findings, and a last bar for all others together."""
    ranked = sorted(summary.locations.items(), key=lambda item: (-item[1].total(), item[0]))
    top, rest = ranked[:_MOST_LOCATIONS], ranked[_MOST_LOCATIONS:]
    if len(rest) == 1:
        top, rest = ranked, []
    longest = max((counts.total() for _, counts in top), default=0)
    bars = [
        Bar(name.rpartition(" / ")[2] or "No location", name, counts.total(), _segments(counts, longest))
        for name, counts in top
    ]
    if rest:
        others: Counter[Severity] = sum((counts for _, counts in rest), Counter())
        bars.append(Bar(f"{len(rest)} others", "", others.total(), []))
    return bars


def _segments(counts: Counter[Severity], whole: int) -> list[Segment]:
    segments, start = [], 0.0
    for severity in reversed(Severity):
        if count := counts[severity]:
            length = 100 * count / whole
            segments.append(Segment(severity, count, round(start, 3), round(length, 3)))
            start += length
    return segments


def _number(value: int) -> str:
    """With a thin space between thousands, as ISO 80000-1 has it."""
    return f"{value:,}".replace(",", "\u202f")


def _source(name: str) -> str:
    return (_DIRECTORY / name).read_text(encoding="utf-8")


def _content_hash(text: str) -> str:
    """For the Content-Security-Policy, so that nothing but our own style and script works in the report."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
