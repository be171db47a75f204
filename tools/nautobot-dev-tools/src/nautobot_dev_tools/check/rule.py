"""What a rule is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .context import Context

ERROR, WARNING, NOTE = "error", "warning", "note"
SEVERITIES = (NOTE, WARNING, ERROR)  # in rising order


@dataclass(frozen=True)
class Edit:
    """A change of one node of a file, made by LibCST; see `Context.edit` and `Context.remove`, which make it.

    Attributes:
        path: of the file.
        kind: name of the node's class in LibCST: "Call".
        start, end: line from 1, column in characters from 0, as LibCST counts them.
        change: is given the LibCST node, returns the one in its place; None: the statement goes.
    """

    path: str
    kind: str
    start: tuple[int, int]
    end: tuple[int, int]
    change: Callable[[Any], Any] | None


@dataclass(frozen=True)
class NewFile:
    """A file that has to be there."""

    path: str
    text: str


@dataclass(frozen=True)
class Found:
    """One violation.

    Attributes:
        path: of the file, relative to the repository's root, with slashes; it need not exist.
        line, column: from 1.
        message: what is wrong here, and what to do.
        fix: what mends it without changing what the code means, if there is such a thing.
    """

    path: str
    line: int
    column: int
    message: str
    fix: Edit | NewFile | None = None


class Rule:
    """A rule. The docstring of its class is the rationale, in Markdown; the documentation shows it.

    Attributes:
        id: "JOB101"; 1xx layout, 2xx registration, 3xx contract, 4xx database, 5xx logging and errors, 6xx security, 7xx versions.
        name: in a few words with hyphens: "root-init-missing".
        severity: ERROR (it does not work, or does harm), WARNING (it will one day), NOTE (it could be better).
        title: what is wrong, in one sentence without a full stop.
        bad, good: a small repository (path -> text), or the text of ``jobs/example.py``, to which `examples` adds the rest.
            Both are tests: `bad` gives findings of this rule, `good` gives none of any rule.
    """

    id: str
    name: str
    severity: str
    title: str
    bad: dict[str, str] | str
    good: dict[str, str] | str

    def check(self, context: Context) -> Iterator[Found]:
        """Yield what violates the rule."""
        raise NotImplementedError
