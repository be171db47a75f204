"""Which rules count where: ``[tool.nautobot-jobs.check]`` of pyproject.toml, and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ..errors import DevToolsError
from ..project import pyproject, table
from .rule import SEVERITIES, Rule
from .rules import RULES


@dataclass(frozen=True)
class Config:
    """Which rules count, and how much.

    Attributes:
        select: beginnings of ids; only these rules count ("JOB3", "JOB301"). None: all.
        ignore: beginnings of ids that do not count.
        per_file_ignores: the same, by pattern of path.
        severities: of rules, by id, other than their own.
        settings: all of ``[tool.nautobot-jobs]``.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    severities: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, root: Path) -> Config:
        """The configuration of the repository in a folder.

        Raises:
            DevToolsError: it says what cannot be understood.
        """
        settings = table(pyproject(root), "tool", "nautobot-jobs")
        said = table(settings, "check")
        unknown = set(said) - {"select", "ignore", "per-file-ignores", "severity"}
        if unknown:
            raise DevToolsError(f"[tool.nautobot-jobs.check] has no setting {', '.join(sorted(unknown))}.")
        by_file = table(said, "per-file-ignores")
        return cls(
            select=known(said.get("select", ())),
            ignore=known(said.get("ignore", ())),
            per_file_ignores={pattern: known(ids) for pattern, ids in by_file.items()},
            severities=_severities(table(said, "severity")),
            settings=settings,
        )

    def narrowed(self, select: tuple[str, ...], ignore: tuple[str, ...]) -> Config:
        """With what the command line says: its selection instead of the file's, its exclusions besides."""
        return replace(self, select=known(select) or self.select, ignore=self.ignore + known(ignore))

    def chooses(self, rule: Rule) -> bool:
        """Whether a rule counts at all."""
        return (not self.select or rule.id.startswith(self.select)) and not rule.id.startswith(self.ignore or ("-",))

    def ignores(self, path: str, rule: Rule) -> bool:
        """Whether a rule does not count in this file."""
        return any(fnmatch(path, pattern) and rule.id.startswith(ids) for pattern, ids in self.per_file_ignores.items())

    def severity(self, rule: Rule) -> str:
        """How much a rule counts."""
        return self.severities.get(rule.id, rule.severity)


def known(ids: Any) -> tuple[str, ...]:
    """Beginnings of ids, as they are given: a list, or parts of a list with commas.

    Raises:
        DevToolsError: no rule's id begins so.
    """
    if not isinstance(ids, (list, tuple)) or not all(isinstance(each, str) for each in ids):
        raise DevToolsError(f'[tool.nautobot-jobs.check]: rules are a list such as ["JOB3", "JOB402"], not {ids!r}.')
    parts = tuple(part.strip().upper() for each in ids for part in each.split(",") if part.strip())
    for part in parts:
        if not any(rule.id.startswith(part) for rule in RULES):
            raise DevToolsError(f"There is no rule {part}; `nautobot-jobs check --list` shows them.")
    return parts


def _severities(said: Any) -> dict[str, str]:
    for name, severity in said.items():
        known([name])
        if severity not in SEVERITIES:
            raise DevToolsError(
                f"[tool.nautobot-jobs.check] severity: {name} = {severity!r}; give one of {', '.join(SEVERITIES)}."
            )
    return {rule.id: said[name] for name in sorted(said, key=len) for rule in RULES if rule.id.startswith(name)}
