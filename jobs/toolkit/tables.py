"""What a Job found, as tables: a page for people, Markdown for tickets, CSV for spreadsheets."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.utils import timezone
from nautobot.apps.jobs import Job

from .attachments import safe_cell
from .links import base_url
from .page import write_page

MOST_ROWS = 1000


class Link(NamedTuple):
    """A cell that leads to a page of Nautobot.

    Args:
        text: what is read.
        path: of the page; "" for none.
    """

    text: str
    path: str = ""

    def __str__(self) -> str:
        return self.text


class Tile(NamedTuple):
    """A number at the top of the page.

    Args:
        number: or a text as short as one.
        label: what it counts.
        kind: "" or the name of a severity, which gives its colour.
    """

    number: int | str
    label: str
    kind: str = ""


@dataclass
class Table:
    """A table of the page, of which it shows the first MOST_ROWS rows.

    Args:
        title: its heading.
        columns: their headings.
        note: what has to be known to read it.
        file: name of the file that has all rows, if there is one.
        matrix: narrow columns with one sign in each cell.
    """

    title: str
    columns: Sequence[str]
    note: str = ""
    file: str = ""
    matrix: bool = False
    rows: list[Sequence[Any]] = field(default_factory=list)
    total: int = 0

    def add(self, *cells: Any) -> None:
        """Add a row of texts, numbers and `Link`s."""
        self.total += 1
        if len(self.rows) < MOST_ROWS:
            self.rows.append(cells)

    def taking(self, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        """The rows, each added on its way to a file."""
        for row in rows:
            self.add(*row)
            yield row


@dataclass
class Page:
    """What the page tells.

    Args:
        job: the Job that runs.
        kind: what the page is: "Nautobot review".
        facts: label to text.
        notes: sentences above the tables.
    """

    job: Job
    kind: str
    facts: dict[str, str] = field(default_factory=dict)
    tiles: list[Tile] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    started: datetime = field(default_factory=timezone.now)

    def table(self, title: str, *columns: str, **values: Any) -> Table:
        """A new table at the end of the page."""
        table = Table(title, columns, **values)
        self.tables.append(table)
        return table

    def write_html(self, path: Path) -> None:
        """Write the page: one file that needs nothing else."""
        write_page(path, "tables", self._about(), page=self, most=MOST_ROWS)

    def write_markdown(self, path: Path) -> None:
        """Write the same as Markdown."""
        about = self._about()
        lines = [f"# {_plain(about.title)}", "", f"{about.started:%Y-%m-%d %H:%M %Z} by {_plain(about.user)}"]
        lines += [f"- {label}: {_plain(text)}" for label, text in self.facts.items()]
        lines += [f"- {_plain(tile.label)}: {tile.number}" for tile in self.tiles]
        for note in self.notes:
            lines += ["", _plain(note)]
        for table in self.tables:
            lines += ["", f"## {_plain(table.title)}", ""]
            lines += [_plain(table.note), ""] if table.note else []
            if not table.rows:
                lines.append("None.")
                continue
            lines += [f"| {' | '.join(table.columns)} |", f"|{' --- |' * len(table.columns)}"]
            lines += [f"| {' | '.join(_plain(cell) for cell in row)} |" for row in table.rows]
            if table.total > len(table.rows):
                lines += ["", f"The first {len(table.rows)} of {table.total}."]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _about(self) -> Any:
        return _About(
            title=self.job.name,
            user=str(self.job.user),
            started=self.started,
            base_url=base_url(),
            run_url=self.job.job_result.get_absolute_url(),
            job=self.job.class_path,
        )


@dataclass(frozen=True)
class _About:
    title: str
    user: str
    started: datetime
    base_url: str
    run_url: str
    job: str


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows as they come, no cell of which a spreadsheet takes for a formula; returns how many."""
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([safe_cell(column) for column in columns])
        for row in rows:
            writer.writerow([safe_cell(cell) for cell in row])
            written += 1
    return written


def _plain(text: Any) -> str:
    """Text that Markdown shows as it is, in one line."""
    return re.sub(r"([\\`*_\[\]<>|#~])", r"\\\1", " ".join(str(text).split()))
