"""What the tests of the documentation read out of Markdown files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERATED = ROOT / "docs" / "jobs"
FILES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "tools").glob("*/README.md")),
    *sorted((ROOT / "development").rglob("README.md")),
]

_FENCE = re.compile(
    r"(?:^[ ]*<!-- test: (?P<note>[^>]*?) -->\n\s*)?"
    r"^(?P<indent>[ ]*)(?P<fence>`{3,}|~{3,})(?P<language>[^\n]*)\n(?P<text>.*?)^(?P=indent)(?P=fence)[ ]*$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A fenced block, and the note to these tests right before it, ``<!-- test: … -->``."""

    path: Path
    line: int
    language: str
    text: str
    note: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}"


def blocks(path: Path) -> list[Block]:
    """All fenced blocks of a file."""
    content = path.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(content):
        indent = match["indent"]
        text = "".join(line.removeprefix(indent) for line in match["text"].splitlines(keepends=True))
        line = content.count("\n", 0, match.start("fence")) + 1
        found.append(Block(path, line, match["language"].split(" ")[0].strip(), text, (match["note"] or "").strip()))
    return found


def prose(path: Path) -> str:
    """A file's text without its code."""
    return re.sub(r"`[^`\n]+`", "`code`", _FENCE.sub("", path.read_text(encoding="utf-8")))


def anchors(path: Path) -> set[str]:
    """What may stand after # in a link to this file: its headings."""
    without_code = _FENCE.sub("", path.read_text(encoding="utf-8"))
    return {slug(heading) for heading in re.findall(r"^#{1,6} (.+?)\s*$", without_code, re.MULTILINE)}


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub and Python-Markdown make it of plain words."""
    return re.sub(r"[\s]+", "-", re.sub(r"[^\w\s-]", "", heading.lower()).strip())
