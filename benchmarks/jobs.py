"""What each Job costs at 1,000 and at 10,000 devices: seconds, queries, log rows, memory, files; and whether that is more than it was.

Runs every Job of this repository in a worker, on networks that `scale.py` builds, and compares with the result in `benchmarks/results/`. Exit
code 1: a Job sends more queries, did not end as its exercise says, or has no exercise that fits any network. Run it with
`uv run invoke bench --only jobs`; the first time it builds the networks, which takes minutes.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from nautobot_dev_tools import bench
from nautobot_dev_tools.project import Project
from record import ROOT, Record
from rich.console import Console
from rich.markup import escape
from rich.table import Table

SIZES = (1_000, 10_000)
console = Console(highlight=False, width=None if sys.stdout.isatty() else 180)


def main() -> int:
    """Measure, print, save, compare; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--devices", type=int, action="append", help=f"may be given several times (default: {SIZES})")
    parser.add_argument(
        "--job",
        action="append",
        help="class path or its end; may be given several times (default: all). What is kept of the others stays.",
    )
    parser.add_argument("--repeats", type=int, default=3, help="runs of each Job (default: 3)")
    record = Record("jobs", parser)
    options = parser.parse_args()
    if options.keep and options.devices:
        parser.error("what is kept has all sizes: leave --devices out")
    kept = record.kept()
    rows = bench.measure(Project.find(ROOT), options.devices or SIZES, options.repeats, options.job)
    show(rows)
    measured = {row["job"] for row in rows}
    others = [row for row in kept["results"] if row["job"] not in measured] if options.job and kept else []
    record.save(options, [*others, *rows])
    return judge(rows, record.environment, kept)


def show(rows: list[dict[str, Any]]) -> None:
    """Print the table: a line for each way to run a Job, its figures by size of the network."""
    sizes = list(dict.fromkeys(row["devices"] for row in rows))
    table = Table(
        title=f"Jobs on {' / '.join(f'{size:,}' for size in sizes)} devices",
        caption="Seconds: median of the runs. SQL: without the two queries of each log row; starting and ending any Job costs Nautobot some 30.",
    )
    table.add_column("Job", overflow="fold")
    table.add_column("Run")
    for name in ("Seconds", "Growth", "SQL", "Log rows", "Memory, MB", "Files, kB"):
        table.add_column(name, justify="right")
    for (job, mode), of_run in by_run(rows).items():
        table.add_row(
            escape(job.removeprefix("jobs.")),
            mode or "[red]not run[/red]",
            across(of_run, lambda row: bench.middle(row["seconds"]), 2),
            growth(of_run),
            across(of_run, lambda row: row["own_queries"]),
            across(of_run, lambda row: row["log_rows"]),
            across(of_run, lambda row: bench.middle(row["peak_memory_mb"]), 1),
            across(of_run, lambda row: None if row["file_bytes"] is None else row["file_bytes"] / 1000),
        )
    console.print(table)


def by_run(rows: list[dict[str, Any]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The rows of each way to run a Job, by job and mode."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: row["job"]):
        found.setdefault((row["job"], row["mode"]), []).append(row)
    return found


def across(rows: list[dict[str, Any]], value: Any, digits: int = 0) -> str:
    """One figure by size of the network; once if it is the same for all."""
    texts = ["–" if (figure := value(row)) is None else f"{figure:,.{digits}f}" for row in rows]
    return texts[0] if len(set(texts)) == 1 else " / ".join(texts)


def growth(rows: list[dict[str, Any]]) -> str:
    """How many times longer it takes on the largest network than on the smallest."""
    times = [bench.middle(row["seconds"]) for row in rows]
    return f"× {times[-1] / times[0]:.1f}" if len(times) > 1 and times[0] and times[-1] else ""


def judge(rows: list[dict[str, Any]], environment: dict[str, Any], kept: dict[str, Any] | None) -> int:
    """Say what is wrong and what has changed; returns the exit code."""
    problems = [f"{row['job']} on {row['devices']:,} devices: {problem}" for row in rows for problem in row["problems"]]
    for problem in problems:
        console.print(f"[red]✗[/red] {escape(problem)}")
    if kept is None:
        console.print("There is no result to compare with yet; keep this one with --keep.")
        return 1 if problems else 0
    before = kept["environment"]
    if before["nautobot"] != environment["nautobot"]:
        console.print(f"Not compared: what is kept was measured with Nautobot {before['nautobot']}.")
        return 1 if problems else 0
    same_machine = all(before[name] == environment[name] for name in ("processor", "cores"))
    changes = bench.compare(rows, kept["results"], times=same_machine)
    for change in changes:
        colour = {"queries": "red", "fewer queries": "green"}.get(change.what, "yellow")
        console.print(f"[{colour}]{change.what}[/{colour}] {escape(change.text)}", soft_wrap=True)
    compared = "queries, time and memory" if same_machine else "queries and memory; the times are another machine's"
    regressions = sum(change.what == "queries" for change in changes)
    console.print(f"Compared with {before['date']} ({compared}): {regressions} Jobs send more queries.")
    return 1 if problems or regressions else 0


if __name__ == "__main__":
    sys.exit(main())
