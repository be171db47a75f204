"""The plan of a change with 5,000 changes, as HTML: how long until it can be used, how large it is, how long it takes to write.

Writes it as a changing Job does, opens it in a headless Chromium and filters it. Exit code 1: one of the figures is missed. Needs no database; run it
with `uv run invoke bench --only plan`. With `--write FILE` it only writes the plan, for pictures and for looking at.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from record import Record, add_page_options, against
from report import STROKE, set_up
from rich.console import Console
from rich.table import Table

CHANGES = 5_000
WORDS = "fra01 uplink 7"
# name of the figure: unit, at most
TARGETS = {
    "until it can be used": ("s", 3.0),
    "slowest stroke into the search field": ("ms", 300.0),
    "all shown again": ("ms", 1000.0),
    "size": ("MB", (10 << 20) / 1e6),
    "until it is written": ("s", 5.0),
}
console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)


def main() -> int:
    """Measure, print, save; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_page_options(parser, "changes", CHANGES)
    record = Record("plan", parser)
    options = parser.parse_args()
    if options.keep and options.changes != CHANGES:
        parser.error(f"what is kept has {CHANGES} changes: leave --changes out")
    set_up()
    if options.write:
        write(options.write, options.changes)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.html"
        seconds = write(path, options.changes)
        figures = {**use(path, options.repeats), "size": path.stat().st_size / 1e6, "until it is written": seconds}
    results = against(TARGETS, figures)
    record.save(options, {"changes": options.changes, "figures": results})
    return show(results, options.changes)


def write(path: Path, changes: int) -> float:
    """Write the plan; returns the seconds that took."""
    import plan_data

    from jobs.toolkit.plan_html import write_html

    outcome = plan_data.run(changes)
    started = time.perf_counter()
    write_html(path, outcome)
    return time.perf_counter() - started


def use(path: Path, repeats: int) -> dict[str, float]:
    """Open the plan some times, and search in it."""
    from nautobot_dev_tools.browser import chromium

    runs: list[dict[str, float]] = []
    with chromium() as browser:
        for _ in range(repeats):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            started = time.perf_counter()
            page.goto(path.as_uri(), wait_until="commit")
            page.locator("#filters").wait_for()
            page.locator(".change").first.wait_for()
            opened = time.perf_counter() - started
            typed = [page.evaluate(STROKE, ["#search", WORDS[: length + 1]]) for length in range(len(WORDS))]
            assert page.locator(".change:not([hidden])").count(), "the search finds what is there"
            again = page.evaluate(STROKE, ["#reset", None])
            runs.append(
                {
                    "until it can be used": opened,
                    "slowest stroke into the search field": max(typed),
                    "all shown again": again,
                }
            )
            page.close()
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def show(results: list[dict[str, Any]], changes: int) -> int:
    """Print the table; returns the exit code."""
    table = Table(title=f"A plan of {changes:,} changes")
    table.add_column("Figure")
    table.add_column("Measured", justify="right")
    table.add_column("At most", justify="right")
    missed = 0
    for result in results:
        wrong = result["measured"] > result["most"]
        missed += wrong
        colour = "red" if wrong else "green"
        unit = result["unit"]
        table.add_row(
            result["figure"], f"[{colour}]{result['measured']:,.2f} {unit}[/{colour}]", f"{result['most']:,.1f} {unit}"
        )
    console.print(table)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
