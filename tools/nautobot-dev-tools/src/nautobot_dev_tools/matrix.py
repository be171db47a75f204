"""``matrix``: executes every Job on each supported Nautobot, as ``demo`` does, and shows Job by version what came of it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from rich import box
from rich.markup import escape
from rich.table import Table

from .console import err, out, step
from .environments import Environment, environment, newest_of_lines
from .errors import DevToolsError
from .project import Project


def matrix(project: Project, wanted: list[str], *, everything: bool = False, json_file: Path | None = None) -> bool:
    """Run ``demo`` in the environment of each version; returns whether all Jobs ended as declared on all.

    Args:
        project: the repository.
        wanted: versions, as ``--nautobot`` takes them; none: the supported ones, the newest of each line.
        everything: the oldest of each line too.
        json_file: where the result goes too; it is kept as ``matrix.json`` in the state folder anyway.

    Raises:
        DevToolsError: neither is a version asked for, nor is one named as supported.
    """
    versions = wanted or (project.supported if everything else newest_of_lines(project.supported))
    if not versions:
        raise DevToolsError(
            'No version to run on: name them in pyproject.toml, [tool.nautobot-jobs] nautobot = ["3.0.11", …], or with --nautobot.'
        )
    results = {one.name: on_version(one) for one in (environment(project, version) for version in versions)}
    for path in filter(None, (project.state / "matrix.json", json_file)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(results, indent=2) + "\n")
    out.print(table(results))
    jobs = {row["class_path"] for result in results.values() for row in result["jobs"]}
    wrong = [(version, problem) for version, result in results.items() for problem in problems(result, jobs)]
    for version, problem in wrong:
        out.print(f"[red]✗[/red] Nautobot {version}", end=": ")
        out.print(problem, markup=False, soft_wrap=True)
    return not wrong


def on_version(one: Environment) -> dict[str, Any]:
    """Run ``demo`` in one environment, made where it is missing.

    Returns:
        What ``demo`` saves as JSON, its ``log`` by path, and the ``error`` that kept it from its end, or None.
    """
    log, saved = one.state / "logs" / "matrix.log", one.state / "matrix-demo.json"
    result: dict[str, Any] = {"jobs": [], "seconds": None, "error": None, "log": str(log)}
    with step(f"Nautobot {one.name}") as progress:
        try:
            one.ensure(progress)
        except DevToolsError as error:
            return result | {"error": str(error)}
        log.parent.mkdir(parents=True, exist_ok=True)
        saved.unlink(missing_ok=True)
        progress(f"Nautobot {one.name}: executing the exercises", 0, 0)
        with log.open("w") as output:
            subprocess.run(
                one.command("demo", "--json", str(saved)),
                cwd=one.project.root,
                env=one.variables(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
    if not saved.exists():
        err.print(log.read_text(), markup=False, soft_wrap=True)
        return result | {"error": f"The demo came to no result; its log: {log}"}
    return result | json.loads(saved.read_text())


def problems(result: dict[str, Any], jobs: set[str]) -> list[str]:
    """What is not as it should be on one version; `jobs` are the class paths that the other versions have."""
    if result["error"]:
        return [result["error"]]
    wrong = [row for row in result["jobs"] if not row["as_expected"]]
    said = [f"{row['job']}: {'; '.join(row['unexpected']) or row['status']}" for row in wrong]
    return said + [f"{path}: not there" for path in sorted(jobs - {row["class_path"] for row in result["jobs"]})]


def table(results: dict[str, dict]) -> Table:
    """Jobs by version: the seconds of a Job that ended as declared in each of its exercises, or why it is not so."""
    shown = Table(title="Jobs by version of Nautobot", title_justify="left", header_style="bold", box=box.SIMPLE_HEAD)
    shown.add_column("Job", overflow="fold")
    for version in results:
        shown.add_column(version, justify="right")
    # The name as the newest version knows it: one that is too old for a Job knows its class only.
    names = {row["class_path"]: row["job"] for result in results.values() for row in result["jobs"]}
    for class_path, name in sorted(names.items(), key=lambda item: item[1]):
        runs = [[row for row in result["jobs"] if row["class_path"] == class_path] for result in results.values()]
        shown.add_row(escape(name), *map(cell, runs))
    shown.add_section()
    shown.add_row(
        "Whole demo", *(f"{r['seconds']:.0f} s" if r["seconds"] else "[red]failed[/red]" for r in results.values())
    )
    return shown


def cell(rows: list[dict[str, Any]]) -> str:
    """The rows of one Job on one version in a few words."""
    wrong = [row for row in rows if not row["as_expected"]]
    if wrong:
        first = wrong[0]
        why = first["status"] if first["status"] != first["expected"] else first["unexpected"][0]
        return f"[red]✗ {escape(why)}[/red]"
    if not rows:
        return "[red]not there[/red]"
    if all(row["seconds"] is None for row in rows):
        return escape(rows[0]["status"])
    return f"[green]✓[/green] {sum(row['seconds'] or 0 for row in rows):.2f} s"
