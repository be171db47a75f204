"""The HTML report of an audit with 20,000 findings: how long until it can be used, how large it is, what it costs to write.

Writes it as an audit does, opens it in a headless Chromium and types into its search field. Exit code 1: one of the figures is missed. Needs no
database; run it with `uv run invoke bench --only report`. With `--write FILE` it only writes the report, for pictures and for looking at.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from nautobot_dev_tools.project import Project
from record import ROOT, Record, add_page_options, against
from rich.console import Console
from rich.table import Table

FINDINGS = 20_000
# What is typed into the search field, a key at a time.
WORDS = "fra01 console 7"
# name of the figure: unit, at most
TARGETS = {
    "until it can be used": ("s", 3.0),
    "slowest stroke into the search field": ("ms", 300.0),
    "slowest other filter": ("ms", 300.0),
    "sorted by name": ("ms", 1000.0),
    "next page": ("ms", 300.0),
    "size": ("MB", (10 << 20) / 1e6),
    "peak growth of memory while writing": ("MB", 150.0),
}
# Does something with an element, and returns how long it takes until that is painted.
STROKE = """([selector, value]) => new Promise((done) => {
  const element = document.querySelector(selector);
  const start = performance.now();
  if (value === null) element.click();
  else {
    element.value = value;
    element.dispatchEvent(new Event("input", { bubbles: true }));
  }
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})"""
console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)


def main() -> int:
    """Measure, print, save; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_page_options(parser, "findings", FINDINGS)
    record = Record("report", parser)
    options = parser.parse_args()
    if options.keep and options.findings != FINDINGS:
        parser.error(f"what is kept has {FINDINGS} findings: leave --findings out")
    set_up()
    if options.write:
        write(options.write, options.findings)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        seconds, growth = write(path, options.findings)
        figures = {
            **use(path, options.repeats),
            "size": path.stat().st_size / 1e6,
            "peak growth of memory while writing": growth,
        }
    results = against(TARGETS, figures)
    record.save(options, {"findings": options.findings, "seconds_to_write": round(seconds, 2), "figures": results})
    return show(results, options.findings, seconds)


def set_up() -> None:
    """Make this process a Nautobot; it is not asked for its database."""
    import nautobot

    sys.path.insert(0, str(ROOT))
    nautobot.setup(str(Project.find(ROOT).config))


def write(path: Path, findings: int) -> tuple[float, float]:
    """Write the report; returns the seconds that took, and by how many MB the peak of memory grew."""
    import report_data

    from jobs.toolkit.report import ReportSink

    # What is loaded only once does not count.
    warm = ReportSink(path, report_data.new_summary())
    report_data.run(10, warm, summary=warm._summary)
    warm.finish()

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    summary = report_data.new_summary()
    sink = ReportSink(path, summary)
    report_data.run(findings, sink, summary=summary)
    report_data.fixed(summary, sink)
    sink.finish()
    seconds = time.perf_counter() - started
    return seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def use(path: Path, repeats: int) -> dict[str, float]:
    """Open the report some times, filter, sort and turn pages."""
    from nautobot_dev_tools.browser import chromium

    runs: list[dict[str, float]] = []
    with chromium() as browser:
        for _ in range(repeats):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            started = time.perf_counter()
            page.goto(path.as_uri(), wait_until="commit")
            page.locator("#filters").wait_for()
            page.locator("#findings tbody tr").first.wait_for()
            opened = time.perf_counter() - started
            runs.append({"until it can be used": opened, **strokes(page)})
            page.close()
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def strokes(page: Any) -> dict[str, float]:
    """Milliseconds of what a reader does."""

    def stroke(selector: str, value: str | None) -> float:
        return page.evaluate(STROKE, [selector, value])

    typed = [stroke("#search", WORDS[: length + 1]) for length in range(len(WORDS))]
    assert 0 < page.locator("#findings tbody tr").count() <= 50, "the search finds what is there"
    stroke("#reset", None)
    others = [
        stroke("#severity", "3"),
        stroke("#severity", ""),
        stroke("#location", "EMEA"),
        stroke("#check", "DCIM-CONSOLE-001"),
        stroke("#state", "all"),
        stroke("#reset", None),
    ]
    return {
        "slowest stroke into the search field": max(typed),
        "slowest other filter": max(others),
        "sorted by name": stroke("[data-sort=object] button", None),
        "next page": stroke("#pages button:nth-of-type(3)", None),
    }


def show(results: list[dict[str, Any]], findings: int, seconds: float) -> int:
    """Print the table; returns the exit code."""
    table = Table(title=f"A report of {findings:,} findings, written in {seconds:.1f} s")
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
