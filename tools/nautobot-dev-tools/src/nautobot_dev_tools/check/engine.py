"""Runs rules over a repository: findings, exceptions in the source, fixes."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

from ..source.files import SourceFile, in_folder
from .config import Config
from .context import Context
from .rule import SEVERITIES, Found, Rule
from .rules import RULES, ExceptionUnused, ExceptionWithoutReason

_EXCEPTION = re.compile(r"#\s*nautobot-jobs:\s*ignore\b\s*(?:\[(?P<ids>[^\]]*)\])?(?P<reason>[^#]*)")
_ROUNDS = 5  # a fix may uncover what another fixes


@dataclass(frozen=True)
class Finding:
    """What a rule found, with the severity that the configuration gives it and the line of the source."""

    rule: Rule
    severity: str
    found: Found
    source: str = ""


@dataclass(frozen=True)
class Report:
    """What came of a check: findings by file and line, of so many Python files; paths that were fixed, and what could not be."""

    findings: list[Finding]
    files: int
    fixed: tuple[str, ...] = ()
    unfixed: tuple[str, ...] = ()

    def worst(self) -> int:
        """Rank of the highest severity in `SEVERITIES`; -1 where nothing was found."""
        return max((SEVERITIES.index(each.severity) for each in self.findings), default=-1)


@dataclass
class _Exception:
    """A comment that silences findings on its line, or on the next if it stands alone."""

    path: str
    line: int
    column: int
    ids: tuple[str, ...]
    reason: str
    covers: int
    used: set[str]


def check_folder(root: Path, config: Config, *, fix: bool = False) -> Report:
    """Check the repository in a folder; with `fix`, mend there what can be mended safely."""
    report = check(in_folder(root), config)
    if not fix:
        return report
    from .fixes import apply

    fixed: set[str] = set()
    unfixed: set[str] = set()
    for _ in range(_ROUNDS):
        edits = [each.found.fix for each in report.findings if each.found.fix and each.found.path not in unfixed]
        if not edits:
            break
        changed, failed = apply(root, edits)
        fixed |= changed
        unfixed |= failed
        report = check(in_folder(root), config)
        if not changed:
            break
    return replace(report, fixed=tuple(sorted(fixed)), unfixed=tuple(sorted(unfixed)))


def check(files: Mapping[str, SourceFile], config: Config, rules: Sequence[Rule] = RULES) -> Report:
    """Check the files of a repository."""
    context = Context(files, config.settings)
    exceptions = {(each.path, each.covers): each for file in files.values() for each in _exceptions(file)}
    chosen = [rule for rule in rules if config.chooses(rule)]
    found = [(rule, each) for rule in chosen for each in rule.check(context)]
    kept = []
    for rule, each in found:
        exception = exceptions.get((each.path, each.line))
        if exception and rule.id in exception.ids:
            exception.used.add(rule.id)
        else:
            kept.append((rule, each))
    kept += [(rule, each) for rule, each in _about(exceptions.values(), chosen, config) if config.chooses(rule)]
    findings = [
        Finding(rule, config.severity(rule), each, _line(files, each))
        for rule, each in kept
        if not config.ignores(each.path, rule)
    ]
    findings.sort(key=lambda one: (one.found.path, one.found.line, one.found.column, one.rule.id))
    return Report(findings, len(files))


def _exceptions(file: SourceFile) -> list[_Exception]:
    """The exceptions in a file that parses; elsewhere there is nothing to silence but that."""
    if "nautobot-jobs:" not in file.text or file.tree is None:
        return []
    found = []
    for token in tokenize.generate_tokens(StringIO(file.text).readline):
        if token.type == tokenize.COMMENT and (match := _EXCEPTION.search(token.string)):
            line, column = token.start
            alone = not file.lines[line - 1][:column].strip()
            ids = tuple(filter(None, re.split(r"[\s,]+", match["ids"] or "")))
            found.append(
                _Exception(file.path, line, column + 1, ids, match["reason"].strip(" :-"), line + alone, set())
            )
    return found


def _about(exceptions: Any, chosen: Sequence[Rule], config: Config) -> list[tuple[Rule, Found]]:
    """What is wrong with the exceptions themselves."""
    known, ran = {rule.id for rule in RULES}, {rule.id for rule in chosen}
    found: list[tuple[Rule, Found]] = []
    for each in exceptions:
        if not each.ids or not each.reason:
            message = "Say which rules, and why: `# nautobot-jobs: ignore[JOB301] reason`."
            found.append((ExceptionWithoutReason(), Found(each.path, each.line, each.column, message)))
        for name in each.ids:
            if name not in known:
                message = f"There is no rule {name}; take it out."
            elif name in ran and name not in each.used:
                message = f"{name} finds nothing here; take the exception out."
            else:
                continue
            found.append((ExceptionUnused(), Found(each.path, each.line, each.column, message)))
    return found


def _line(files: Mapping[str, SourceFile], found: Found) -> str:
    file = files.get(found.path)
    return file.lines[found.line - 1] if file and found.line <= len(file.lines) else ""
