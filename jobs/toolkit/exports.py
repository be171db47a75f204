"""Findings in further formats, for those who ask for them: a workbook, JUnit XML, SARIF. Each is a `sinks.Sink`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from .access import RefusalError
from .attachments import safe_cell
from .checks import Check
from .findings import Finding, Severity, Standing
from .sinks import CsvSink, Sink
from .summary import Summary

# OASIS SARIF 2.1.0, 3.27.10; its levels are fewer than our severities.
_SARIF_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
# What GitHub and others sort by: "security-severity", from 0 to 10.
_SARIF_RANKS = {
    Severity.CRITICAL: 100,
    Severity.HIGH: 75,
    Severity.MEDIUM: 50,
    Severity.LOW: 25,
    Severity.INFO: 0,
}
_MOST_EXCEL_ROWS = 1_048_576


class SheetFile:
    """A workbook with one sheet, written row by row. Needs openpyxl, which Nautobot does not install.

    Args:
        path: the file.
        title: of the sheet.
        columns: its first row.
        instead: what the user may have without openpyxl, for the message.

    Raises:
        RefusalError: openpyxl is not installed.
    """

    def __init__(self, path: Path, title: str, columns: Sequence[str], instead: str) -> None:
        try:
            from openpyxl import Workbook
        except ImportError:
            raise RefusalError(
                "Formats: xlsx needs the package openpyxl on Nautobot's workers, and it is not installed there. "
                f"Install it (pip install openpyxl), or leave xlsx out; {instead} has the same columns."
            ) from None
        self._path = path
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(title)
        self._sheet.freeze_panes = "A2"
        self._sheet.append(columns)
        self._columns = len(columns)
        self._rows = 1

    def add(self, cells: Iterable[Any]) -> None:
        """Write a row; a sheet of Excel has room for 1,048,576."""
        if self._rows < _MOST_EXCEL_ROWS:
            self._rows += 1
            # Control characters are no valid text of a workbook.
            self._sheet.append(
                ["".join(char for char in safe_cell(cell) if char >= " " or char in "\t\n") for cell in cells]
            )

    def finish(self) -> None:
        """Write the file."""
        self._sheet.auto_filter.ref = f"A1:{chr(ord('A') + self._columns - 1)}{self._rows}"
        self._book.save(self._path)


class XlsxSink:
    """Writes `findings.xlsx`; see `SheetFile`."""

    def __init__(self, path: Path, summary: Summary) -> None:
        self._base_url = summary.base_url
        self._file = SheetFile(path, "Findings", CsvSink.COLUMNS, "findings.csv")

    def add(self, finding: Finding, check: Check, standing: Standing) -> None:
        """Write a row."""
        self._file.add(CsvSink.row(finding, check, standing, self._base_url))

    def finish(self) -> None:
        """Write the file."""
        self._file.finish()


class JUnitSink:
    """Writes `findings.xml` in the format of JUnit: a suite for each check, a failed case for each finding.

    A check without findings is one case that passed; a waived finding is a skipped case. Findings come check by check.
    """

    def __init__(self, path: Path, summary: Summary) -> None:
        self._file: IO[str] = path.open("w", encoding="utf-8")
        self._summary = summary
        self._cases: IO[str] = path.with_suffix(".part").open("w+", encoding="utf-8")
        self._check: Check | None = None
        self._counts = [0, 0]  # failed, skipped
        self._done: set[str] = set()
        self._file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name={_attribute(summary.title)}>\n')

    def add(self, finding: Finding, check: Check, standing: Standing) -> None:
        """Write a case."""
        if self._check is not check:
            self._end_suite()
            self._check = check
        details = "\n".join(f"{label}: {text}" for label, text in finding.details.items())
        text = _text(f"{details}\n{check.remedy}\n{self._summary.base_url}{finding.url}".strip())
        what = f"{finding.location} {finding.display}".strip()
        self._counts[standing.waived] += 1
        inner = (
            f"<skipped message={_attribute(f'Waived until {standing.expires} by {standing.owner}: {standing.reason}')}/>"
            if standing.waived
            else f"<failure type={_attribute(finding.severity.label)} message={_attribute(finding.message)}>{text}</failure>"
        )
        self._cases.write(
            f"    <testcase classname={_attribute(finding.check)} name={_attribute(f'{what} {finding.key}'.strip())}>"
            f"{inner}</testcase>\n"
        )

    def _end_suite(self) -> None:
        if self._check is None:
            return
        failed, skipped = self._counts
        name = _attribute(f"{self._check.id} {self._check.title}")
        self._file.write(
            f'  <testsuite name={name} tests="{failed + skipped}" failures="{failed}" errors="0" skipped="{skipped}">\n'
        )
        self._cases.seek(0)
        shutil.copyfileobj(self._cases, self._file)
        self._file.write("  </testsuite>\n")
        self._cases.seek(0)
        self._cases.truncate()
        self._done.add(self._check.id)
        self._check, self._counts = None, [0, 0]

    def finish(self) -> None:
        """Write the checks that have found nothing, and close the file."""
        self._end_suite()
        self._cases.close()
        for result in self._summary.results:
            name = _attribute(f"{result.check.id} {result.check.title}")
            case = f"<testcase classname={_attribute(result.check.id)} name={_attribute(result.check.title)}"
            if result.error:
                self._file.write(
                    f'  <testsuite name={name} tests="1" failures="0" errors="1" skipped="0">\n'
                    f"    {case}><error message={_attribute(result.error)}/></testcase>\n  </testsuite>\n"
                )
            elif result.check.id not in self._done:
                skipped = f"><skipped message={_attribute(result.not_asked)}/></testcase>" if result.not_asked else "/>"
                self._file.write(
                    f'  <testsuite name={name} tests="1" failures="0" errors="0" skipped="{int(bool(result.not_asked))}">\n'
                    f"    {case}{skipped}\n  </testsuite>\n"
                )
        self._file.write("</testsuites>\n")
        self._file.close()


class SarifSink:
    """Writes `findings.sarif` (OASIS SARIF 2.1.0): a rule for each check, a result for each finding, about a logical location."""

    def __init__(self, path: Path, summary: Summary) -> None:
        self._file: IO[str] = path.open("w", encoding="utf-8")
        self._summary = summary
        self._separator = ""
        self._file.write(
            '{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{"results": ['
        )

    def add(self, finding: Finding, check: Check, standing: Standing) -> None:
        """Write a result."""
        result: dict[str, Any] = {
            "ruleId": finding.check,
            "level": _SARIF_LEVELS[finding.severity],
            "rank": _SARIF_RANKS[finding.severity],
            "message": {"text": f"{finding.display}: {finding.message}"},
            "locations": [
                {
                    "logicalLocations": [
                        {
                            "name": finding.display,
                            "fullyQualifiedName": " / ".join(filter(None, (finding.location, finding.display))),
                            "kind": finding.model or "object",
                        }
                    ]
                }
            ],
            "partialFingerprints": {"finding/1": finding.fingerprint},
            "properties": dict(finding.details),
        }
        if finding.url and self._summary.base_url:
            result["hostedViewerUri"] = self._summary.base_url + finding.url
        if standing.new is not None:
            result["baselineState"] = "new" if standing.new else "unchanged"
        if standing.waived:
            result["suppressions"] = [
                {"kind": "external", "status": "accepted", "justification": f"{standing.owner}: {standing.reason}"}
            ]
        self._file.write(f"{self._separator}\n{json.dumps(result, ensure_ascii=False)}")
        self._separator = ","

    def finish(self) -> None:
        """Write the rules, and close the file."""
        rules = [
            {
                "id": result.check.id,
                "shortDescription": {"text": result.check.title},
                "fullDescription": {"text": result.check.description},
                "help": {"text": result.check.remedy},
                "defaultConfiguration": {"level": _SARIF_LEVELS[result.check.severity]},
                "properties": {"tags": list(result.check.tags)},
            }
            for result in self._summary.results
        ]
        tail = {
            "tool": {"driver": {"name": self._summary.title, "rules": rules}},
            "invocations": [
                {
                    "executionSuccessful": not any(result.error for result in self._summary.results),
                    "startTimeUtc": self._summary.started.strftime("%Y-%m-%dT%H:%M:%SZ"),
                }
            ],
        }
        self._file.write("\n], " + json.dumps(tail, ensure_ascii=False)[1:] + "]}\n")
        self._file.close()


FORMATS: dict[str, tuple[str, Callable[[Path, Summary], Sink], str]] = {
    "xlsx": ("findings.xlsx", XlsxSink, "Workbook (findings.xlsx)"),
    "junit": ("findings.xml", JUnitSink, "JUnit XML, for CI (findings.xml)"),
    "sarif": ("findings.sarif", SarifSink, "SARIF, for code scanning (findings.sarif)"),
}


def _text(value: str) -> str:
    """As XML 1.0 allows: without control characters."""
    return escape("".join(char for char in value if char >= " " or char in "\t\n"))


def _attribute(value: str) -> str:
    return quoteattr("".join(char for char in value if char >= " "))
