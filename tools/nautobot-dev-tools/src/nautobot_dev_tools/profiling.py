"""A profile of one run of a Job: where the time goes, which functions cost it, which SQL, sent from which line.

The functions come from Nautobot's own profiler (cProfile), the SQL from `metrics.QueryRecorder`, both of the same run in the worker.
"""

from __future__ import annotations

import json
import pstats
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .metrics import LOG_HANDLER

MOST_FUNCTIONS, MOST_STATEMENTS = 15, 12
_SHOWN_SQL = 240


def collect(job: str, outcome, stats_file: Path | None, code: Path) -> dict[str, Any]:
    """Put together what is known of a profiled run.

    Args:
        job: the class path.
        outcome: see `run.Outcome`.
        stats_file: what cProfile has written; None where ``run()`` was never reached.
        code: the folder of the clone that the worker ran.
    """
    totals = outcome.measured.get("totals", {kind: {"queries": 0, "seconds": 0.0} for kind in ("own", "log", "around")})
    profile: dict[str, Any] = {
        "job": job,
        "status": outcome.status,
        "seconds": outcome.seconds,
        "log_rows": outcome.log_lines,
        "peak_memory": outcome.measured.get("peak_memory"),
        "queries": {kind: total["queries"] for kind, total in totals.items()},
        "run": None,
        "functions": {"own": [], "others": []},
        "statements": outcome.measured.get("statements", []),
        "plans": [],
    }
    if stats_file is not None:
        stats = pstats.Stats(str(stats_file))
        functions = _functions(stats, code)
        log = sum(each["cumulative"] for each in functions if each["log"])
        profile["run"] = shares(stats.total_tt, totals["own"]["seconds"], log)  # type: ignore[attr-defined]
        profile["functions"] = {
            "own": sorted((each for each in functions if each["own"]), key=lambda each: -each["cumulative"]),
            "others": sorted((each for each in functions if not each["own"]), key=lambda each: -each["seconds"]),
        }
        for kind, ordered in profile["functions"].items():
            profile["functions"][kind] = ordered[:MOST_FUNCTIONS]
    return profile


def shares(total: float, sql: float, log: float) -> dict[str, float]:
    """The seconds of ``run()`` by what they were spent on. The job log's are its own SQL and all of its Python."""
    return {"total": total, "sql": sql, "log": log, "python": max(total - sql - log, 0.0)}


def _functions(stats: pstats.Stats, code: Path) -> list[dict[str, Any]]:
    found = []
    path, name = LOG_HANDLER
    for (file, line, function), (_, calls, seconds, cumulative, _) in stats.stats.items():  # type: ignore[attr-defined]
        own = file.startswith(f"{code}/")
        found.append(
            {
                "function": place(file, line, function, code),
                "own": own,
                "log": function == name and file.replace("\\", "/").endswith(path),
                "calls": calls,
                "seconds": seconds,
                "cumulative": cumulative,
            }
        )
    return found


def place(file: str, line: int, function: str, code: Path) -> str:
    """Where a function is, for people: below the repository, a package, or Python's own library."""
    if file == "~":
        function = re.sub(r"^<method '(.+)' of '(.+)' objects>$", r"\2.\1", function)
        return re.sub(r"^<built-in method (.+)>$", r"\1", function)
    for root in (f"{code}/", f"{sys.prefix}/"):
        file = file.removeprefix(root)
    file = file.rpartition("site-packages/")[2]
    return f"{re.sub(r'^.*/lib/python[0-9.]+/', '', file)}:{line} {function}"


def explain(statements: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """Ask the database how it executes the Job's slowest SELECTs: once more, with their parameters, and for nothing but reading.

    Needs a Nautobot set up in this process, of the database that the Job ran on.
    """
    from django.db import DatabaseError, connection, transaction

    slowest = sorted(
        (each for each in statements if each["own"] and not each["log"] and each["slowest"]),
        key=lambda each: -each["slowest_seconds"],
    )
    plans = []
    for statement in slowest[:most]:
        plan = {"sql": statement["sql"], "site": statement["sites"][0][0], "seconds": statement["slowest_seconds"]}
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement['slowest']}")
                plan["plan"] = [line for (line,) in cursor.fetchall()]
        except DatabaseError as error:  # it may need what the Job had only for itself
            plan["plan"] = [f"The database refuses: {error}"]
        plans.append(plan)
    return plans


def save(profile: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write a profile as JSON and as the text that `show` prints."""
    folder.mkdir(parents=True, exist_ok=True)
    data, text = folder / "profile.json", folder / "profile.txt"
    data.write_text(json.dumps(profile, indent=1) + "\n")
    with text.open("w") as file:
        show(profile, Console(file=file, width=180))
    return [text, data]


def show(profile: Mapping[str, Any], console: Console) -> None:
    """Print a profile."""
    queries = profile["queries"]
    seconds = "" if profile["seconds"] is None else f" in {profile['seconds']:.2f} s"
    console.print(
        Text(f"{profile['job']}: {profile['status']}{seconds}, measured by a profiler, which slows Python down")
    )
    console.print(
        f"{queries['own']:,} queries of its own, {queries['log']:,} for {profile['log_rows']:,} log rows, "
        f"{queries['around']:,} of Nautobot around it",
        highlight=False,
    )
    if run := profile["run"]:
        table = _table("Time of run()", "", "Seconds", "Share")
        for title, name in (("SQL and its driver", "sql"), ("job log", "log"), ("Python", "python"), ("all", "total")):
            share = run[name] / run["total"] if run["total"] else 0.0
            table.add_row(title, f"{run[name]:.3f}", f"{share:.0%}")
        console.print(table)
    for kind, title in (
        ("own", "Functions of the repository, by time with what they call"),
        ("others", "All other functions, by their own time"),
    ):
        if profile["functions"][kind]:
            table = _table(title, "Function", "Calls", "Own s", "With called s")
            for each in profile["functions"][kind]:
                numbers = (f"{each['calls']:,}", f"{each['seconds']:.3f}", f"{each['cumulative']:.3f}")
                table.add_row(Text(each["function"]), *numbers)
            console.print(table)
    own = [each for each in profile["statements"] if each["own"] and not each["log"]]
    if own:
        table = _table("SQL of the Job, by time", "Sent from, and text", "Times", "Total ms", "Mean ms", "Rows")
        for each in own[:MOST_STATEMENTS]:
            text = Text("\n".join(_site(site) for site in each["sites"]), style="bold")
            text.append(f"\n{abridged(each['sql'])}", style="not bold dim")
            mean = each["seconds"] / each["count"] * 1000
            table.add_row(
                text, f"{each['count']:,}", f"{each['seconds'] * 1000:,.1f}", f"{mean:,.2f}", f"{each['rows']:,}"
            )
        console.print(table)
    for plan in profile["plans"]:
        console.print(Text(f"\nPlan of the query from {plan['site']}, {plan['seconds'] * 1000:,.1f} ms in the run"))
        console.print(Text("\n".join(plan["plan"])), soft_wrap=True)


def abridged(sql: str) -> str:
    """An SQL text as far as people read it: of a long list of columns the first, and not more than a paragraph."""
    sql = re.sub(r"^(SELECT (?:DISTINCT )?)(.{80}).*? FROM ", r"\1\2 … FROM ", sql, count=1)
    return sql if len(sql) <= _SHOWN_SQL else f"{sql[:_SHOWN_SQL]} … ({len(sql):,} characters)"


def _site(site: tuple[str, int]) -> str:
    where, count = site
    return where if count == 1 else f"{where} ({count:,} times)"


def _table(title: str, first: str, *numbers: str) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, overflow="fold")
    for number in numbers:
        table.add_column(number, justify="right", no_wrap=True)
    return table
