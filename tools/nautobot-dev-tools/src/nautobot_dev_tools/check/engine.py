"""Runs rules over a repository: findings, exceptions in the source, fixes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..source.files import SourceFile, in_folder
from ..source.memory import uncollected
from .comments import SourceException, exceptions, wrong
from .config import Config
from .context import Context
from .rule import SEVERITIES, Found, Rule
from .rules import EXCEPTION_UNUSED, EXCEPTION_WITHOUT_REASON, RULES

_ROUNDS = 5  # a fix may uncover what another fixes


@dataclass(frozen=True)
class Finding:
    """What a rule found.

    Attributes:
        severity: that the configuration gives it.
        source: the line of the source.
        folder: of the repository, as the user gave it; empty for the current one.
    """

    rule: Rule
    severity: str
    found: Found
    source: str = ""
    folder: str = ""

    @property
    def path(self) -> str:
        """Of the file, for the user: from the current folder."""
        return f"{self.folder}/{self.found.path}" if self.folder else self.found.path


@dataclass(frozen=True)
class Report:
    """What came of a check.

    Attributes:
        findings: by path and line.
        files: how many Python files there are.
        fixed: paths of files that fixes have changed.
        unfixed: paths of files that were left alone, since they would not parse after their fixes.
    """

    findings: list[Finding]
    files: int
    fixed: tuple[str, ...] = ()
    unfixed: tuple[str, ...] = ()

    def worst(self) -> int:
        """Rank of the highest severity in `SEVERITIES`; -1 where nothing was found."""
        return max((SEVERITIES.index(each.severity) for each in self.findings), default=-1)


def check_folder(root: Path, config: Config, *, fix: bool = False) -> Report:
    """Check the repository in a folder; with `fix`, mend there what can be mended safely."""
    report = check(in_folder(root), config)
    fixed: set[str] = set()
    unfixed: set[str] = set()
    for _ in range(_ROUNDS if fix else 0):
        fixes = [each.found.fix for each in report.findings if each.found.fix and each.found.path not in unfixed]
        if not fixes:
            break
        from .fixes import apply  # LibCST takes longer to import than most checks take

        changed, failed = apply(root, fixes)
        fixed |= changed
        unfixed |= failed
        report = check(in_folder(root), config)
        if not changed:
            break
    folder = "" if root == Path() else root.as_posix()
    findings = [replace(each, folder=folder) for each in report.findings]
    return replace(report, findings=findings, fixed=tuple(sorted(fixed)), unfixed=tuple(sorted(unfixed)))


def check(files: Mapping[str, SourceFile], config: Config, rules: Sequence[Rule] = RULES) -> Report:
    """Check the files of a repository."""
    with uncollected():
        return _check(files, config, rules)


def _check(files: Mapping[str, SourceFile], config: Config, rules: Sequence[Rule]) -> Report:
    context = Context(files, config.settings)
    silenced: dict[tuple[str, int], list[SourceException]] = defaultdict(list)
    for each in (exception for file in files.values() for exception in exceptions(file)):
        silenced[each.path, each.covers].append(each)
    chosen = [rule for rule in rules if config.chooses(rule)]
    kept: list[tuple[Rule, Found]] = []
    for rule in chosen:
        for found in rule.check(context):
            matching = [each for each in silenced.get((found.path, found.line), ()) if rule.id in each.ids]
            for exception in matching:
                exception.used.add(rule.id)
            if not matching:
                kept.append((rule, found))
    comments = [each for several in silenced.values() for each in several]
    about = {"reason": EXCEPTION_WITHOUT_REASON, "unused": EXCEPTION_UNUSED}
    for what, found in wrong(comments, {rule.id for rule in rules}, {rule.id for rule in chosen}):
        if about[what] in chosen:
            kept.append((about[what], found))
    findings = [
        Finding(rule, config.severity(rule), found, _line(files, found))
        for rule, found in kept
        if not config.ignores(found.path, rule)
    ]
    findings.sort(key=lambda one: (one.found.path, one.found.line, one.found.column, one.rule.id))
    return Report(findings, len(files))


def _line(files: Mapping[str, SourceFile], found: Found) -> str:
    file = files.get(found.path)
    return file.lines[found.line - 1] if file and found.line <= len(file.lines) else ""
