"""A report as text, JSON, SARIF 2.1.0 or annotations of GitHub."""

from __future__ import annotations

import inspect
import json
from collections import Counter
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
from rich.console import Console
from rich.markup import escape

from ..console import out
from .engine import Finding, Report
from .rule import ERROR, NOTE, WARNING, Rule
from .rules import RULES

_COLOURS = {ERROR: "red", WARNING: "yellow", NOTE: "blue"}


def text(report: Report, console: Console) -> None:
    """Print each finding with its line of the source, and how many there are."""
    for one in report.findings:
        found, colour = one.found, _COLOURS[one.severity]
        console.print(
            f"[bold]{escape(one.path)}[/bold]:{found.line}:{found.column}: [{colour}]{one.severity}[/] "
            f"[bold]{one.rule.id}[/bold] {escape(found.message)}{' [dim]--fix mends it[/dim]' if found.fix else ''}",
            soft_wrap=True,
        )
        if one.source.strip():
            source = one.source.replace("\t", " ")
            indent = len(source) - len(source.lstrip())
            console.print(f"    [dim]{escape(source.strip())}[/dim]", soft_wrap=True)
            console.print(f"    {' ' * max(0, found.column - 1 - indent)}[{colour}]^[/]", soft_wrap=True)
    for path in report.fixed:
        console.print(f"Fixed {escape(path)}", soft_wrap=True)
    for path in report.unfixed:
        console.print(f"[yellow]Not fixed, since the result would not parse:[/yellow] {escape(path)}", soft_wrap=True)
    console.print(summary(report))


def summary(report: Report) -> str:
    """How many findings there are, in one line."""
    counts = Counter(one.severity for one in report.findings)
    parts = [
        f"{counts[severity]} {severity}{'s' * (counts[severity] != 1)}" for severity in _COLOURS if counts[severity]
    ]
    return f"{', '.join(parts) or 'No findings'} in {report.files} file{'s' * (report.files != 1)}."


def as_json(report: Report) -> str:
    """A report as JSON: {"files": 3, "fixed": [paths], "unfixed": [paths], "findings": [{"rule", "name", "severity", "path", …}]}."""
    rows = [
        {
            "rule": one.rule.id,
            "name": one.rule.name,
            "severity": one.severity,
            "path": one.path,
            "line": one.found.line,
            "column": one.found.column,
            "message": one.found.message,
            "source": one.source,
            "fixable": one.found.fix is not None,
        }
        for one in report.findings
    ]
    whole = {"files": report.files, "fixed": report.fixed, "unfixed": report.unfixed, "findings": rows}
    return json.dumps(whole, indent=2)


def sarif(report: Report) -> str:
    """A report as SARIF 2.1.0, which GitHub's code scanning and editors read."""
    used = [rule for rule in RULES if any(one.rule.id == rule.id for one in report.findings)]
    places = {rule.id: number for number, rule in enumerate(used)}
    driver = {
        "name": "nautobot-jobs check",
        "semanticVersion": version("nautobot-dev-tools"),
        "rules": [_sarif_rule(rule) for rule in used],
    }
    results = [_sarif_result(one, places[one.rule.id]) for one in report.findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def _sarif_rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rationale(rule)},
        "defaultConfiguration": {"level": rule.severity},
    }


def _sarif_result(one: Finding, index: int) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": one.found.line, "startColumn": one.found.column}
    if one.source:
        region["snippet"] = {"text": one.source}
    return {
        "ruleId": one.rule.id,
        "ruleIndex": index,
        "level": one.severity,
        "message": {"text": one.found.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(one.path, errors="surrogateescape")},
                    "region": region,
                }
            }
        ],
    }


def github(report: Report) -> str:
    """A report as commands of GitHub's workflows, which annotate the lines of a pull request."""
    levels = {ERROR: "error", WARNING: "warning", NOTE: "notice"}
    return "\n".join(
        f"::{levels[one.severity]} file={_property(one.path)},line={one.found.line},col={one.found.column},"
        f"title={_property(f'{one.rule.id} {one.rule.name}')}::{_data(one.found.message)}"
        for one in report.findings
    )


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def rationale(rule: Rule) -> str:
    """Why there is a rule, in Markdown."""
    return inspect.cleandoc(rule.__doc__ or "")


def write(report: Report, kind: str, path: Path | None) -> None:
    """Print a report in one of the kinds, or write it to a file."""
    if kind == "text" and path is None:
        text(report, out)
        return
    if kind == "text":
        plain = Console(file=StringIO(), width=180, highlight=False)
        text(report, plain)
        written = plain.file.getvalue()  # type: ignore[attr-defined]
    else:
        written = {"json": as_json, "sarif": sarif, "github": github}[kind](report)
    if path is None:
        if written:
            click.echo(written)
    else:
        path.write_text(written.rstrip("\n") + "\n", encoding="utf-8", errors="backslashreplace")
