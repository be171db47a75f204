"""Writes the pages of the checks, a page for each folder, from the classes: rule, examples, remedy, parameters. `generate` calls it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "checks"


def of(job: type) -> tuple[type, ...]:
    """The checks of an audit; none for other Jobs."""
    return tuple(getattr(sys.modules[job.__module__], "CHECKS", ()))


def folder(check: type) -> str:
    """The folder that a check lies in."""
    return check.__module__.split(".")[-2]


def anchor(check: type) -> str:
    """Where a check is on its page."""
    return check.id.lower()


def section(job: type) -> str:
    """The checks of an audit as a table, for the page of the Job."""
    if not of(job):
        return ""
    lines = ["## Checks", "", "| Check | Severity | Looks at | Finds |", "| --- | --- | --- | --- |"]
    for check in sorted(of(job), key=lambda check: check.id):
        link = f"[{check.id}](../checks/{page(folder(check)).name}#{anchor(check)})"
        lines.append(f"| {link} | {check.severity.label} | `{check.model}` | {check.title}{policy(check)} |")
    return "\n".join(lines)


def policy(check: type) -> str:
    """A remark on checks that nobody is asked by default."""
    return " (with *Parameters* only)" if needs_parameters(check) else ""


def needs_parameters(check: type) -> bool:
    """Whether the check is idle until a parameter states a policy."""
    return bool(check.policy)


def page(name: str) -> Path:
    """The page of a folder of checks."""
    return FOLDER / f"{name.replace('_', '-')}.md"


def pages(jobs: list[type]) -> dict[Path, str]:
    """All pages of checks by file."""
    by_folder: dict[str, dict[str, type]] = {}
    users: dict[str, list[str]] = {}
    for job in jobs:
        for check in of(job):
            by_folder.setdefault(folder(check), {})[check.id] = check
            names = users.setdefault(folder(check), [])
            if job.name not in names:
                names.append(job.name)
    return {
        page(name): f"# Checks: {name.replace('_', ' ')}\n\nOf {' and '.join(f'*{user}*' for user in users[name])}.\n\n"
        + "\n\n".join(text(check) for _, check in sorted(checks.items()))
        + "\n"
        for name, checks in sorted(by_folder.items())
    }


def navigation(jobs: list[type]) -> str:
    """The lines for mkdocs.yml."""
    return "\n".join(
        f"          - {json.dumps(path.stem.replace('-', ' ').capitalize())}: checks/{path.name}"
        for path in pages(jobs)
    )


def text(check: type) -> str:
    """One check."""
    parts = [
        f"## {check.id}",
        f"**{check.title}** · {check.severity.label} · `{check.model}`"
        + (f" · {', '.join(check.tags)}" if check.tags else ""),
        check.description,
        f"**Finds:** {check.bad}",
        f"**Leaves alone:** {check.good}",
        f"**Remedy:** {check.remedy}",
    ]
    if check.parameters:
        lines = ["| Parameter | Default | What it means |", "| --- | --- | --- |"]
        lines += [
            f"| `{name}` | {default(parameter.default)} | {parameter.description.replace('|', chr(92) + '|')} |"
            for name, parameter in check.parameters.items()
        ]
        parts.append("\n".join(lines))
    if needs_parameters(check):
        example = json.dumps({check.id: check.policy}, default=str)
        parts.append(f"It is asked only if *Parameters* state a policy, such as\n\n```json\n{example}\n```")
    return "\n\n".join(parts)


def default(value: Any) -> str:
    """A default as it is written in the form."""
    return "" if value is None else f"`{json.dumps(value, default=str).replace('|', chr(92) + '|')}`"
