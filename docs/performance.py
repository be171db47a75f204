"""Writes the page of figures from what the benchmarks left in `benchmarks/results/`; `generate.py` calls it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PAGE = ROOT / "docs" / "performance.md"
MOST_CHECKS = 10
INTRODUCTION = """\
# Performance

Each figure is measured by a command, on the network that `benchmarks/scale.py` builds: so many routers and switches, with all that belongs to
them. Numbers of queries are exact, seconds are those of the machine; compare them with each other, or with your own: `uv run invoke bench` measures
all of it, and `uv run invoke profile` shows where the time of one Job goes."""


def page(results: Path = RESULTS) -> str:
    """The page's text.

    Raises:
        SystemExit: a benchmark has no result.
    """
    parts = [INTRODUCTION]
    for name, (title, text, tables) in SECTIONS.items():
        path = results / f"{name}.json"
        if not path.exists():
            raise SystemExit(f"{path} is missing; run `uv run invoke bench --only {name} --keep`")
        record = json.loads(path.read_text())
        parts += [f"## {title}", text, *tables(record["results"]), where(name, record["environment"])]
    return "\n\n".join(parts) + "\n"


def where(name: str, environment: dict[str, Any]) -> str:
    """How, when and on what it was measured. The command is no block of its own: the tests execute those."""
    return (
        "*Measured by `uv run invoke bench --only {name}` on {date} with Nautobot {nautobot} and Python {python}, on {system}, {processor}, "
        "{cores} cores, whose load was {load} before the measurement.*"
    ).format(name=name, **environment)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first are numbers."""
    lines = [headings, ["---", *["---:"] * (len(headings) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def jobs(rows: list[dict[str, Any]]) -> list[str]:
    """Each Job, by size of the network."""
    sizes = list(dict.fromkeys(row["devices"] for row in rows))
    runs: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: row["job"]):
        runs.setdefault((row["job"], row["mode"]), []).append(row)

    def line(job: str, mode: str, of_run: list[dict[str, Any]]) -> list[str]:
        times = [median(row["seconds"]) for row in of_run]
        return [
            f"`{job.removeprefix('jobs.')}`, {mode}",
            across(times, 2),
            f"× {times[-1] / times[0]:.1f}",
            across([row["own_queries"] for row in of_run]),
            across([row["log_rows"] for row in of_run]),
            across([median(row["peak_memory_mb"]) for row in of_run], 1),
            across([row["file_bytes"] / 1000 for row in of_run]),
        ]

    headings = ("Job", "Seconds", "Growth", "Queries", "Log rows", "Memory, MB", "Files, kB")
    networks = " and ".join(f"{size:,}" for size in sizes)
    repeats = len(rows[0]["seconds"])
    return [
        f"On networks of {networks} devices, in this order; seconds and memory are medians of {repeats} runs.",
        table(headings, (line(job, mode, of_run) for (job, mode), of_run in runs.items())),
    ]


def across(values: Sequence[float], digits: int = 0) -> str:
    """One figure by size of the network; once if it is the same for all."""
    texts = [f"{value:,.{digits}f}" for value in values]
    return texts[0] if len(set(texts)) == 1 else " / ".join(texts)


def connection_audit(results: list[dict[str, Any]]) -> list[str]:
    """Both Jobs on each network, and what was to be reached."""
    rows = [
        [
            f"{job['job']}, {result['devices']:,} devices",
            f"{job['queries']:,}",
            f"{job['seconds']:.2f}",
            f"{job['log_rows']:,}",
            *(
                f"{job['found'][name]['recall']:.2f} / {job['found'][name]['precision']:.2f}"
                for name in ("console", "power")
            ),
        ]
        for result in results
        for job in result["jobs"]
    ]
    figures = [
        [f"{figure['figure']}, {result['devices']:,} devices", f"{figure['target']:,}", f"{figure['measured']:,}"]
        for result in results
        for figure in result["figures"]
    ]
    return [
        table(("Job", "Queries", "Seconds", "Log rows", "Console found", "Power found"), rows),
        table(("Figure", "Target", "Measured"), figures),
    ]


def database_tests(rows: list[dict[str, Any]]) -> list[str]:
    """The kinds of test."""
    return [table(("Test", "Median, ms"), ([row["kind"], f"{row['median_ms']:,.1f}"] for row in rows))]


def job_start(rows: list[dict[str, Any]]) -> list[str]:
    """The repositories."""
    headings = ("Repository", "Import at each start, ms", "above an empty one, ms")
    return [
        table(
            headings, ([row["repository"], f"{row['seconds'] * 1000:.1f}", f"{row['overhead_ms']:.1f}"] for row in rows)
        )
    ]


def audits(results: list[dict[str, Any]]) -> list[str]:
    """The scorecard by size of the network, the checks that have their question in SQL beside them, and the slowest others."""
    by_size = sorted(results, key=lambda result: result["devices"])
    sizes = table(
        (
            "Network devices",
            "Checks",
            "Queries of the whole Job",
            "Seconds",
            "Memory, MB",
            "Planted defects",
            "missed",
            "found beyond",
        ),
        (
            [
                f"{result['devices']:,}",
                f"{len(result['checks'])}",
                f"{result['scorecard']['own_queries']:,}",
                f"{result['scorecard']['seconds']:.1f}",
                f"{result['scorecard']['memory_mb']:.0f}",
                *(f"{sum(row[column] for row in result['planted']):,}" for column in ("planted", "missed", "extra")),
            ]
            for result in by_size
        ),
    )
    rows = sorted(by_size[-1]["checks"], key=lambda row: -row["seconds"])
    compared = [row for row in rows if "sql_seconds" in row]

    def line(row: dict[str, Any]) -> list[str]:
        sql = f"{row['sql_seconds'] * 1000:.0f}" if "sql_seconds" in row else ""
        return [f"{row['check']} {row['title']}", f"{row['queries']}", f"{row['seconds'] * 1000:.0f}", sql]

    ours, theirs = (sum(row[name] for row in compared) for name in ("seconds", "sql_seconds"))
    together = ["together", f"{sum(row['queries'] for row in compared)}", f"{ours * 1000:.0f}", f"{theirs * 1000:.0f}"]
    slowest = [line(row) for row in rows if "sql_seconds" not in row][:MOST_CHECKS]
    headings = ("Check", "Queries", "ms", "hand-written SQL, ms")
    return [
        sizes,
        f"Checks beside hand-written SQL, at {by_size[-1]['devices']:,}:",
        table(headings, [*map(line, compared), together]),
        "The slowest of the others:",
        table(headings[:3], [row[:3] for row in slowest]),
    ]


def report(result: dict[str, Any]) -> list[str]:
    """Each figure, and what it may be."""
    rows = [
        [figure["figure"], f"{figure['measured']:,.2f} {figure['unit']}", f"{figure['most']:,.1f} {figure['unit']}"]
        for figure in result["figures"]
    ]
    return [
        f"With {result['findings']:,} findings, written in {result['seconds_to_write']} s:",
        table(("Figure", "Measured", "At most"), rows),
    ]


def changes(rows: list[dict[str, Any]]) -> list[str]:
    """The cases: bare calls, applying, dry run."""

    def line(row: dict[str, Any]) -> list[str]:
        ways = list(row["seconds"])
        return [
            f"{row['title']}, {row['objects']:,}",
            *(f"{median(row['seconds'][way]):.1f}" for way in ways),
            f"{row['apply_to_bare']:.2f}",
            f"{row['dry_run_to_apply']:.2f}",
            " / ".join(f"{each:.2f}" for each in row["by_processor"]),
            " / ".join(f"{row['queries'][way] / row['objects']:.1f}" for way in ways),
        ]

    headings = (
        "Changes",
        "Bare, s",
        "Apply, s",
        "Dry run, s",
        "Apply / bare",
        "Dry run / apply",
        "By processor",
        "Queries an object",
    )
    return [table(headings, map(line, rows))]


def static_tools(rows: list[dict[str, Any]]) -> list[str]:
    """The commands, and what they may take."""
    lines = [
        [row["figure"], f"{row['lines']:,}", f"{row['measured']:.2f}", f"{row['cpu_seconds']:.2f}", f"{row['most']}"]
        for row in rows
    ]
    return [table(("Command", "Lines", "Seconds", "of processors", "At most"), lines)]


def start(rows: list[dict[str, Any]]) -> list[str]:
    """The commands."""
    return [table(("Command", "Seconds"), ([row["run"], f"{row['seconds']:.0f}"] for row in rows))]


def retention(measured: dict[str, Any]) -> list[str]:
    """What the plan and the deletion cost."""
    deleted = measured["deleted"]
    lines = [
        [row["figure"], f"{row['measured']:,.1f} {row['unit']}", f"{row['most']:g} {row['unit']}"]
        for row in measured["figures"]
    ]
    lines += [[f"queries of the {mode}", f"{number:,}", ""] for mode, number in measured["queries"].items()]
    said = f"Deleted: {deleted['job_results']:,} of {measured['results']:,} job results, {measured['bytes'] / 1e6:,.0f} MB of content."
    return [table(["Figure", "Measured", "At most"], lines), said]


def change_digest(rows: list[dict[str, Any]]) -> list[str]:
    """The digest, by size of the change log."""
    lines = (
        [
            f"{row['entries']:,}",
            f"{row['seconds']:.1f}",
            *(str(row[name]) for name in ("queries", "memory_mb", "page_kb")),
        ]
        for row in rows
    )
    return [table(("Entries", "Seconds", "Queries", "Memory, MB", "Page, kB"), lines)]


def network(rows: list[dict[str, Any]]) -> list[str]:
    """Devices over SSH, twice."""
    lines = (
        [
            row["run"],
            *(str(row[name]) for name in ("devices", "at_once")),
            f"{row['seconds']:.1f}",
            str(row["memory_mb"]),
        ]
        for row in rows
    )
    return [table(("Run", "Devices", "At once", "Seconds", "Memory, MB"), lines)]


def fleet(rows: list[dict[str, Any]]) -> list[str]:
    """Each Job that talks to devices or to the DNS."""
    lines = (
        [
            f"`{row['job']}`",
            f"{row['devices']:,}",
            f"{row['seconds']:.0f}",
            str(row["queries"]),
            str(max(row["memory_mb"], 0.0)),
        ]
        for row in rows
    )
    return [table(("Job", "Devices", "Seconds", "Queries", "Memory, MB"), lines)]


def fan_out(measured: dict[str, Any]) -> list[str]:
    """An audit with helpers, by number of workers."""
    lines = (
        [
            str(row["processes"]),
            str(row["helpers"]),
            f"{row['seconds']:.1f}",
            str(row["by_helpers"]),
            f"{row['findings']:,}",
        ]
        for row in measured["runs"]
    )
    return [table(("Worker processes", "Helpers", "Seconds", "Checks by helpers", "Findings"), lines)]


def bursts(rows: list[dict[str, Any]]) -> list[str]:
    """What a burst of changes costs the workers."""
    lines = (
        [row["what"], *(f"{row[name]:,}" for name in ("changes", "queued", "worked")), f"{row['worker_seconds']:,.0f}"]
        for row in rows
    )
    return [table(("Changes of", "Changes", "Runs queued", "Runs that worked", "Worker seconds"), lines)]


SECTIONS: dict[str, tuple[str, str, Callable[[Any], list[str]]]] = {
    "jobs": (
        "The Jobs",
        """\
Every Job, by an exercise that fits any network, in a worker and each run in a process of its own. Queries are all of a run but the two of each
log row; starting and ending any Job, such as `HelloWorld`, costs Nautobot some 30 of them. Memory is what the run took at its peak above what the
worker had. One query more than kept here fails the command; time and memory are named where each run took more than each kept one, by a quarter
and by 0.1 s or 8 MB.""",
        jobs,
    ),
    "connection_audit": (
        "The Connection audit and the Job of Nautobot's guide",
        """\
The same question, put to the same network with known defects, by the Connection audit and by the `DeviceConnectionsReport` of Nautobot's guide
to Jobs. *Found* is the share of the planted defects that the Job finds, and the share of its findings that are planted defects.""",
        connection_audit,
    ),
    "changes": (
        "Changing Jobs beside bare saves",
        """\
The same changes by a Job, and by nothing but `validated_save()` in one transaction: no plan, no permissions, no files, no undo. Seconds are
medians of the rounds, ratios those within a round, and queries an object those of the bare calls, of applying and of the dry run. *By processor*
are the two ratios again, by the time of the processor that the process took: where others work on the machine, they tell more.""",
        changes,
    ),
    "retention": (
        "Retention",
        """\
Old job results with a log entry each, one in fifty with a file of 20 kB, a tenth kept by the policy: telling what would go, and deleting it in
batches of 1,000.""",
        retention,
    ),
    "change_digest": (
        "The change digest",
        """\
The Job over change logs of three sizes, about 500 devices and their interfaces, in requests of a hundred. Memory is what the run took at its peak
above what the process had; the first run of a process asks for content types as well.""",
        change_digest,
    ),
    "network": (
        "Devices over SSH",
        """\
*Run show commands* with one command, over simulated devices in another process of the same machine: real SSH on loopback, and half a second before
each answer. The command fails above ten seconds. Memory is what the run took at its peak above what the process had.""",
        network,
    ),
    "fleet": (
        "A fleet",
        """\
Each Job that talks to devices or to the DNS, once, over devices that all answer, fifty at once, in one process, while another one simulates the
devices. Most of the time is encryption, on both sides: *Helpers* share it out among workers.""",
        fleet,
    ),
    "audits": (
        "The checks",
        """\
All checks that need no policy, one by one and as the Scorecard runs them, on networks with known defects. Ten of them have the same question in
hand-written SQL beside them (`benchmarks/audit_sql.py`), asked in the same process on the same data.""",
        audits,
    ),
    "fan_out": (
        "An audit by several workers",
        """\
The Scorecard over a network with known defects, its checks shared out among workers on one machine, which has the database too: with more workers
than its cores there is nothing to gain.""",
        fan_out,
    ),
    "bursts": (
        "A burst of changes and a job hook",
        """\
Devices changed one after the other, and the hook *Audit what was changed*. Nautobot queues a run for each change; of a burst the first ones do the
work, and the others end at once. Beside it changes of several users, each of which has a run that works.""",
        bursts,
    ),
    "report": (
        "The HTML report of an audit",
        """\
A report as large as it gets: forty checks, sixty locations, eight runs before it. It is opened in a headless Chromium; it can be used once its
first rows and its filters are there. Strokes are measured until they are painted.""",
        report,
    ),
    "static_tools": (
        "Check, diff and migrate",
        """\
The tools that read a repository of Jobs without running it, on made-up repositories of 100 and 500 files as people write them, 1.x among
them.""",
        static_tools,
    ),
    "job_start": (
        "Starting a Job",
        "Nautobot imports all Job repositories again before each run of a Job, and at each opening of its form.",
        job_start,
    ),
    "database_tests": (
        "A test",
        "What a test with the database costs beside its own work: setup, one INSERT, teardown.",
        database_tests,
    ),
    "start": (
        "From nothing",
        """\
README's first command in a fresh clone with an empty package cache, and the second time: database, worker, web server, example network, sync, and
every Job by its exercises.""",
        start,
    ),
}


def main() -> None:
    """Write the page."""
    PAGE.write_text(page())


if __name__ == "__main__":
    sys.exit(main())
