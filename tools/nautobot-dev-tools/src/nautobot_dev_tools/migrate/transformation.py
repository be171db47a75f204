"""What a transformation is, and what comes of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from ..source.contracts import Contract
    from ..source.modules import Module
    from .understood import Understood

DOCS = "https://docs.nautobot.com/projects/core/en/stable/"
CERTAIN, LIKELY = "certain", "likely"


@dataclass(frozen=True)
class Change:
    """One thing that was changed.

    Attributes:
        line: of the file as it was, from 1.
        transformation: the id of what changed it.
        confidence: CERTAIN, or LIKELY where a person should look at it.
    """

    line: int
    transformation: str
    message: str
    confidence: str


@dataclass(frozen=True)
class Todo:
    """One thing that needs a person; the file says so in a comment above the statement.

    Attributes:
        line: of the file as it was, from 1.
        url: the section of Nautobot's documentation that says more.
    """

    line: int
    transformation: str
    reason: str
    url: str


@dataclass
class Outcome:
    """What came of one file.

    Attributes:
        path: relative to the repository's root, with slashes.
        before, after: its text; equal where nothing changed, `before` None for a new file.
        encoding: of the file.
        problem: why it was left alone, if so.
    """

    path: str
    before: str | None
    after: str
    encoding: str = "utf-8"
    changes: list[Change] = field(default_factory=list)
    todos: list[Todo] = field(default_factory=list)
    problem: str = ""

    @property
    def differs(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after


class Transformation:
    """A break between versions of Nautobot, and the edits that mend it: one subclass a file in `transformations`.

    Attributes:
        id: short and stable, with dashes: ``log-methods``.
        title: one sentence: what it does.
        since: the version that broke it: "2.0".
        page: path of the page below Nautobot's documentation, with its anchor.
    """

    id: str
    title: str
    since: str
    page: str

    @property
    def url(self) -> str:
        """The section of Nautobot's documentation that tells of the break."""
        return DOCS + self.page

    def concerns(self, text: str) -> bool:
        """Whether a file with this text could be concerned; cheap, since every file is asked."""
        return True

    def touches(self, contract: Contract, source: Module) -> bool:
        """Whether a file is concerned, for what its text alone does not tell."""
        return self.concerns(source.file.text)

    def run(self, file: Understood) -> cst.Module:
        """Note edits with `file.edit()` and the like; returns ``file.edited()``, the module with them."""
        raise NotImplementedError

    def create(self, contract: Contract) -> dict[str, str]:
        """Files to create: text by path relative to the repository's root."""
        return {}
