"""Exceptions in the source: ``# nautobot-jobs: ignore[JOB301] reason``."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import StringIO

from ..source.files import SourceFile
from .rule import Found

_FORM = "`# nautobot-jobs: ignore[JOB301] reason`"
_COMMENT = re.compile(r"#\s*nautobot-jobs:\s*ignore\b\s*(?:\[(?P<ids>[^\]]*)\])?(?P<reason>[^#]*)")


@dataclass
class SourceException:
    """A comment that silences rules.

    Attributes:
        path, line, column: where it stands.
        covers: the line whose findings it silences: its own, or the next line of code if it stands alone.
        ids: of rules.
        reason: why.
        used: ids that have silenced something.
    """

    path: str
    line: int
    column: int
    covers: int
    ids: tuple[str, ...]
    reason: str
    used: set[str] = field(default_factory=set)


def exceptions(file: SourceFile) -> Iterator[SourceException]:
    """The exceptions in a file that parses; elsewhere there is nothing to silence but that."""
    if "nautobot-jobs:" not in file.text or file.tree is None:
        return
    for token in tokens(file):
        if token.type == tokenize.COMMENT and (match := _COMMENT.search(token.string)):
            line, column = token.start
            ids = tuple(filter(None, re.split(r"[\s,]+", match["ids"] or "")))
            alone = not file.lines[line - 1][:column].strip()
            covers = _next_code(file, line) if alone else line
            yield SourceException(file.path, line, column + 1, covers, ids, match["reason"].strip(" :-\t"))


def wrong(found: Iterable[SourceException], known: set[str], ran: set[str]) -> Iterator[tuple[str, Found]]:
    """What is wrong with exceptions themselves, after all rules have run: "reason" or "unused", and the finding.

    Args:
        found: the exceptions.
        known: ids of all rules.
        ran: ids of those that have run: of others nobody knows whether they would find something.
    """
    for each in found:
        if not each.ids or not each.reason:
            yield "reason", Found(each.path, each.line, each.column, f"Say which rules, and why: {_FORM}.")
        for name in each.ids:
            if name not in known:
                yield "unused", Found(each.path, each.line, each.column, f"There is no rule {name}; take it out.")
            elif name in ran and name not in each.used:
                message = f"{name} finds nothing here; take the exception out."
                yield "unused", Found(each.path, each.line, each.column, message)


def tokens(file: SourceFile) -> Iterator[tokenize.TokenInfo]:
    """The tokens of a file that parses, with lines counted as everywhere, whatever its line ends are."""
    return tokenize.generate_tokens(StringIO("\n".join(file.lines)).readline)


def _next_code(file: SourceFile, line: int) -> int:
    """The next line that is neither empty nor a comment."""
    for number in range(line, len(file.lines)):
        text = file.lines[number].strip()
        if text and not text.startswith("#"):
            return number + 1
    return line
