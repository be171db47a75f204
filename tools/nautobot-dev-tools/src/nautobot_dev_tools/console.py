"""What the commands say: steps with their time, progress of what takes longer, tables of results."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

# Where the output goes to a file or a CI log there is no width to fit; a table shall not be cut.
out = Console(highlight=False, width=None if sys.stdout.isatty() else 180)
err = Console(stderr=True, highlight=False)


@contextmanager
def step(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """Say what is going on, and how long it took; yields a function `progress(step, done, total)` for what can be counted.

    In a terminal: a spinner with the elapsed time, or a bar. Elsewhere (CI): a line at the start of what takes long, one at the end.
    """
    started = time.monotonic()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[count]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task(title, total=None, count="")
        said = ""

        def update(name: str, done: int, total: int) -> None:
            nonlocal said
            if not err.is_terminal and name != said:
                said = name
                err.print(f"  … {name}", markup=False)
            progress.update(
                task,
                description=f"{title}: {name}" if name != title else title,
                completed=done,
                total=total or None,
                count=f"{done}/{total}" if total else "",
            )

        if not err.is_terminal:
            err.print(f"… {title}", markup=False)
        yield update
    err.print(f"[green]✓[/green] {title} [dim]{time.monotonic() - started:.1f} s[/dim]")


def rows_table(title: str, rows: list[dict]) -> Table:
    """The table of executed Jobs that ``demo`` and ``rehearse`` end with."""
    table = Table(title=title, title_justify="left", header_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Job", overflow="fold", min_width=18)
    table.add_column("Run", overflow="fold", style="dim")
    table.add_column("Status", no_wrap=True)
    # What is measured in the worker is not known of one somewhere else.
    measured = any(row["queries"] is not None for row in rows)
    for name in ("Sec.", *(["SQL"] if measured else []), "Log", "Findings", "Changes", *(["MB"] if measured else [])):
        table.add_column(name, justify="right")
    table.add_column("Files", overflow="fold")
    for row in rows:
        colour = "green" if row["as_expected"] else "red"
        memory = row.get("peak_memory_mb")
        table.add_row(
            escape(row["job"]),
            escape(row.get("title", "")),
            f"[{colour}]{row['status']}[/{colour}]",
            _number(row["seconds"], 2),
            *([_number(row["queries"])] if measured else []),
            _number(row["log_lines"]),
            _number(row["findings"]),
            _number(row["changes"]),
            *([_number(memory, 1)] if measured else []),
            ", ".join(row["files"]),
        )
    return table


def _number(value: float | None, digits: int = 0) -> str:
    return "" if value is None else f"{value:,.{digits}f}"
