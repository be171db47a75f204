"""What is accepted, by whom it is written down, for how long.

In ``.nautobot-jobs-allow.yml``, a list of ``{id, reason, until}``; the same as ``[[tool.nautobot-jobs.diff.allow]]`` in pyproject.toml.
Instead of `until`, a date, `revision` may name the commit of BASE that it was accepted against: with a later BASE it no longer counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from ..errors import DevToolsError
from ..source.files import git
from .change import BENIGN, Change, code
from .revision import ALLOWED, Revision


@dataclass(frozen=True)
class Allowed:
    """One entry: an id, or a pattern of ids with ``*``, and why it is all right; until when, or against which BASE, it counts."""

    id: str
    reason: str
    until: date | None = None
    revision: str = ""


def from_options(options: Iterable[str]) -> list[Allowed]:
    """What ``--allow ID=REASON`` says."""
    found = []
    for option in options:
        name, _, reason = option.partition("=")
        if not name.strip() or not reason.strip():
            raise DevToolsError(f"--allow {option}: give ID=REASON; the reason is part of the report.")
        found.append(Allowed(name.strip(), reason.strip()))
    return found


def from_revision(revision: Revision) -> list[Allowed]:
    """What the files of a revision say."""
    listed = from_yaml(revision.texts.get(ALLOWED, ""), ALLOWED)
    table = revision.pyproject("tool", "nautobot-jobs", "diff")
    return listed + _entries(table.get("allow", []), "pyproject.toml, [[tool.nautobot-jobs.diff.allow]]")


def from_file(path: Path) -> list[Allowed]:
    """What another file says."""
    try:
        return from_yaml(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise DevToolsError(f"{path}: {error}") from error


def from_yaml(text: str, where: str) -> list[Allowed]:
    """Entries of a text in YAML."""
    try:
        return _entries(yaml.safe_load(text) or [], where)
    except (yaml.YAMLError, ValueError) as error:
        raise DevToolsError(f"{where} is no YAML: {error}") from error


def _entries(content: Any, where: str) -> list[Allowed]:
    if not isinstance(content, list):
        raise DevToolsError(f"{where}: a list of entries is wanted, each with id, reason, and until or revision.")
    return [_entry(each, f"{where}, entry {number}") for number, each in enumerate(content, start=1)]


def _entry(content: Any, where: str) -> Allowed:
    if not isinstance(content, dict) or set(content) - {"id", "reason", "until", "revision"}:
        raise DevToolsError(f"{where}: a mapping of id, reason, and until or revision is wanted.")
    if not content.get("id") or not str(content.get("reason") or "").strip():
        raise DevToolsError(f"{where}: id and reason are both needed.")
    until = content.get("until")
    if isinstance(until, str):
        try:
            until = date.fromisoformat(until)
        except ValueError as error:
            raise DevToolsError(f"{where}: until is a date such as 2027-01-31, not {until!r}.") from error
    if isinstance(until, datetime):
        until = until.date()
    if (until is None) == (content.get("revision") is None) or not isinstance(until, (date, type(None))):
        raise DevToolsError(f"{where}: until, a date, or revision, a commit, says how long it counts; one of the two.")
    return Allowed(str(content["id"]), str(content["reason"]).strip(), until, str(content.get("revision") or ""))


def apply(changes: list[Change], entries: list[Allowed], root: Path, base: Revision, today: date) -> list[str]:
    """Note at each change by what it is accepted; returns what to say of entries that are of no use."""
    notes = []
    for entry in entries:
        if entry.until is not None and today > entry.until:
            notes.append(f"Allowing {code(entry.id)} ended on {entry.until}.")
            continue
        if entry.revision:
            against = f"{entry.revision}^{{commit}}"
            commit = (
                git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", against, check=False).decode().strip()
            )
            if not commit or git(root, "merge-base", base.commit, commit, check=False).decode().strip() != base.commit:
                notes.append(
                    f"Allowing {code(entry.id)} was for {code(entry.revision)}; this is compared with a later one."
                )
                continue
        matching = [change for change in changes if change.severity != BENIGN and fnmatchcase(change.id, entry.id)]
        for change in matching:
            change.accepted = change.accepted or entry.reason
        if not matching:
            notes.append(f"Allowing {code(entry.id)} fits no change; remove it.")
    return notes
