"""One change, and how its parts are written down."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ..source.effects import Place
from ..source.modules import Unknown
from .kinds import KINDS

BREAKING, RISKY, BENIGN = "breaking", "risky", "benign"
SEVERITIES = (BREAKING, RISKY, BENIGN)
_LONGEST = 160


@dataclass
class Change:
    """One change, as one person would tell it to another.

    Attributes:
        severity: BREAKING (what is set up in a running Nautobot, or calls its API, ends to work), RISKY (it works on, but does
            something else than before) or BENIGN.
        kind: what sort of change, of `KINDS`: ``variable-removed``.
        subject: what it is about: the class path of a Job, with the variable or the Meta option; a file; a package.
        what: what is different, in Markdown.
        then: what comes of it, and what to do; empty where nothing does.
        job: class path of the Job in BASE, which is what a running Nautobot has; empty for what concerns no Job in particular.
        variable, values: the variable that it is about, and those of its values that are refused now; None means all.
        place: where it is to be seen in HEAD; in BASE where it is gone.
        accepted: why it is all right, by whom allowed it.
        touched: what a running Nautobot has set up that it concerns, in words.
    """

    severity: str
    kind: str
    subject: str
    what: str
    then: str = ""
    job: str = ""
    variable: str = ""
    values: tuple[Any, ...] | None = None
    place: Place | None = None
    accepted: str = ""
    touched: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        assert self.kind in KINDS, self.kind

    @property
    def id(self) -> str:
        """What it is allowed by: kind and subject."""
        return f"{self.kind}:{self.subject}"

    @property
    def sort_key(self) -> tuple[int, str, str]:
        """Worst first."""
        return SEVERITIES.index(self.severity), self.subject, self.kind


def code(value: Any, longest: int | None = _LONGEST) -> str:
    """A text as it stands in the source, as code in Markdown: on one line, and cut, whatever is in it."""
    text = value if isinstance(value, str) else shown(value)
    text = printable(text)
    if longest is not None and len(text) > longest:
        text = f"{text[: longest - 1]}…"
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") or not text else ""
    return f"{fence}{pad}{text or ' '}{pad}{fence}"


def printable(text: str) -> str:
    """A text on one line, without what a terminal would obey or could not show."""
    return re.sub(r"\s+", " ", "".join(each if each.isprintable() else " " for each in text)).strip()


def shown(value: Any) -> str:
    """A value as Python writes it; one that only running the code would tell, as its source."""
    if isinstance(value, Unknown):
        return value.text
    if isinstance(value, tuple):
        return f"({', '.join(map(shown, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{shown(key)}: {shown(each)}" for key, each in value.items()) + "}"
    return repr(value)


def listed(values: Any) -> str:
    """Several values, as code, with commas; of many only the first."""
    values = list(values)
    more = len(values) - 10
    return ", ".join(map(code, values[:10])) + (f" and {more} more" if more > 0 else "")
