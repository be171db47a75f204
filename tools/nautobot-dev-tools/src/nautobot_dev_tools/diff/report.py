"""How the changes are told: as text, as Markdown for a comment, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from .change import BENIGN, BREAKING, RISKY, SEVERITIES, Change, code, printable

# By the first line a comment is found again, to be updated.
MARKER = "<!-- nautobot-jobs diff -->"
NOTHING = "Nothing changes for whoever runs the Jobs"
# GitHub takes 65,536 characters.
_LONGEST = 60_000
_JOBS_SHOWN = 8
_HEADS = {
    BREAKING: "Breaking: what is set up in a running Nautobot, or calls its API, ends to work",
    RISKY: "Risky: it works on, but does something else",
    BENIGN: "Benign",
}


@dataclass
class Report:
    """What came of a comparison.

    Attributes:
        base, head: what people call the two sides.
        changes: worst first.
        notes: what limits what can be told, and entries of allowances that are of no use.
        instance: address of the running Nautobot that was asked, if one was.
    """

    base: str
    head: str
    changes: list[Change]
    notes: list[str] = field(default_factory=list)
    instance: str = ""

    def open(self, severity: str) -> list[Change]:
        """The changes of a severity that nobody has accepted."""
        return [change for change in self.changes if change.severity == severity and not change.accepted]

    @property
    def title(self) -> str:
        """How many there are of each severity."""
        counts = {each: sum(change.severity == each for change in self.changes) for each in SEVERITIES}
        if not self.changes:
            return NOTHING
        accepted = sum(bool(change.accepted) for change in self.changes)
        said = ", ".join(f"{number} {severity}" for severity, number in counts.items() if number)
        return f"Changes of Jobs: {said}" + (f"; {accepted} of them accepted" if accepted else "")


def as_json(report: Report) -> str:
    """The report for machines."""
    content = {
        "base": report.base,
        "head": report.head,
        "instance": report.instance or None,
        "counts": {each: len(report.open(each)) for each in SEVERITIES},
        "notes": report.notes,
        "changes": [
            {
                "id": change.id,
                "severity": change.severity,
                "kind": change.kind,
                "subject": change.subject,
                "job": change.job or None,
                "variable": change.variable or None,
                "what": change.what,
                "then": change.then or None,
                "path": change.place.path if change.place else None,
                "line": change.place.line if change.place else None,
                "accepted": change.accepted or None,
                "touched": change.touched,
            }
            for change in report.changes
        ],
    }
    return json.dumps(content, indent=2) + "\n"


def as_text(report: Report) -> str:
    """The report for a terminal."""
    lines = [f"{report.base} → {report.head}", report.title, *report.notes]
    for severity in SEVERITIES:
        groups = grouped(change for change in report.changes if change.severity == severity)
        if groups:
            lines += ["", _HEADS[severity]]
        for group in groups:
            first = group[0]
            lines.append(f"  {_sentence(group)}")
            if severity != BENIGN:
                lines += [f"      {first.then}"] if first.then else []
                lines += [f"      {_where(each)}{each.id}" for each in group]
            lines += [f"      accepted: {first.accepted}"] if first.accepted else []
            lines += [f"      there: {each}" for change in group for each in change.touched]
    # Indentation is the report's own; all else is a stranger's.
    return "".join(f"{' ' * (len(line) - len(line.lstrip(' ')))}{printable(line)}\n" for line in lines)


def _where(change: Change) -> str:
    return f"{change.place.path}:{change.place.line} " if change.place else ""


def as_markdown(report: Report) -> str:
    """The report as a comment of a pull request."""
    head = [MARKER, f"## {report.title}", "", f"{code(report.base)} → {code(report.head)}", ""]
    head += [f"> {printable(note)}" for note in report.notes] + ([""] if report.notes else [])
    parts = []
    for severity in SEVERITIES:
        groups = grouped(change for change in report.changes if change.severity == severity)
        if groups:
            parts.append(_section(severity, [_item(group) for group in groups]))
    text = "\n".join([*head, *parts])
    if len(text) <= _LONGEST:
        return text
    cut = text[:_LONGEST]
    cut = cut[: cut.rfind("\n- ") + 1] or cut
    closing = "</details>\n" if cut.count("<details>") > cut.count("</details>") else ""
    return f"{cut}{closing}\nThere is more: `nautobot-jobs diff` prints all of it.\n"


def _section(severity: str, items: list[str]) -> str:
    if severity == BENIGN:
        return "\n".join([f"<details><summary>{len(items)} benign</summary>", "", *items, "", "</details>", ""])
    return "\n".join([f"### {_HEADS[severity]}", "", *items, ""])


def _item(group: list[Change]) -> str:
    first = group[0]
    lines = [f"- {_sentence(group)}"]
    if first.severity != BENIGN:
        lines += [f"  {first.then}"] if first.then else []
    lines += [f"  **There:** {each}" for change in group for each in change.touched]
    if first.accepted:
        lines.append(f"  **Accepted:** {code(first.accepted)}")
    elif first.severity != BENIGN:
        shown = [
            f"{code(each.id)} ({code(f'{each.place.path}:{each.place.line}')})" if each.place else code(each.id)
            for each in group
        ]
        lines.append(f"  <sub>{', '.join(shown[:_JOBS_SHOWN])}</sub>")
    return "  \n".join(lines)


def _sentence(group: list[Change]) -> str:
    first = group[0]
    if len(group) > 1:
        names = [code(each.job.rpartition(".")[2]) for each in group[:_JOBS_SHOWN]]
        more = f", and {len(group) - len(names)} more" if len(group) > len(names) else ""
        return f"{len(group)} Jobs ({', '.join(names)}{more}): {first.what}."
    if first.job and not first.kind.startswith("job-"):
        return f"{code(first.job)}: {first.what}."
    return f"{first.what[:1].upper()}{first.what[1:]}."


def grouped(changes: Iterable[Change]) -> list[list[Change]]:
    """Changes that many Jobs share, since they inherit it or use the same code, are told once."""
    groups: dict[tuple, list[Change]] = {}
    for change in changes:
        alone = not change.job or change.kind.startswith("job-") or change.touched
        key = (change.id,) if alone else (change.kind, change.what, change.then, change.accepted)
        groups.setdefault(key, []).append(change)
    return list(groups.values())
