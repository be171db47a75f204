"""``demo``: everything from nothing; executes each Job by its exercises in the worker."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

from . import exercises
from .console import err, out, rows_table, step
from .project import Project
from .workbench import Workbench, booted, sync_or_fail


def demo(project: Project, *, json_file: Path | None = None) -> bool:
    """Boot, build the sample data, sync, enable and execute every Job by its exercises; returns whether all ended as declared."""
    started = time.monotonic()
    declared = exercises.load(project)
    with booted(project, "demo", fresh=True, web=True) as bench:
        verdict = sync_or_fail(bench)
        err.print(f"  {len(verdict.created)} Jobs created, {len(verdict.refreshed)} refreshed", markup=False)
        reports = fresh_folder(project, "demo")
        here = [one for one in declared if f"{project.slug}.{one.job}" not in verdict.needs]
        rows = _execute(bench, here, reports) + _without_exercise(bench, declared) + needs_newer(verdict.needs)
    seconds = time.monotonic() - started
    return conclude(rows, seconds, "Demo", reports, json_file)


def conclude(rows: list[dict], seconds: float, title: str, reports: Path, json_file: Path | None) -> bool:
    """Show the table, say where the reports lie, save the JSON; returns whether every row is as expected."""
    if json_file is not None:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_text(json.dumps({"jobs": rows, "seconds": round(seconds, 2)}, indent=2, default=str) + "\n")
    out.print(rows_table(f"{title}: {len(rows)} runs in {seconds:.0f} s", rows))
    for row in rows:
        if not row["as_expected"]:
            out.print(f"[red]✗[/red] {row['job']}", end=": ")
            out.print("; ".join(row["unexpected"]) or "not as expected", markup=False)
    if any(row["files"] for row in rows):
        out.print(f"Reports and files: {reports}", markup=False, soft_wrap=True)
    return all(row["as_expected"] for row in rows)


def _execute(bench: Workbench, declared: list[exercises.Exercise], reports: Path) -> list[dict]:
    project = bench.instance.project
    with step(f"Executing {len(declared)} exercises") as progress:
        return exercises.on_each(
            declared, lambda one: exercises.execute(one, project, bench.user, reports=reports), progress
        )


def _without_exercise(bench: Workbench, declared: list[exercises.Exercise]) -> list[dict]:
    """A row for each installed Job that no exercise runs: it counts as not as expected."""
    from nautobot.extras.models import Job

    slug = bench.instance.project.slug
    return without_exercise(Job.objects.filter(module_name__startswith=f"{slug}.", installed=True), slug, declared)


def without_exercise(jobs, slug: str, declared: list[exercises.Exercise]) -> list[dict]:
    """The rows of those Jobs that no exercise runs."""
    known = {f"{slug}.{exercise.job}" for exercise in declared}
    return [
        not_run(job, "no exercise runs it: add one under exercises/") for job in jobs if job.class_path not in known
    ]


def needs_newer(needs: dict[str, str]) -> list[dict]:
    """The rows of the Jobs that are for a newer Nautobot than this, by class path with that: they are as they should be."""
    return [
        exercises.blank_row(path.rsplit(".", 1)[-1], path)
        | {"status": f"needs {minimum}", "expected": f"needs {minimum}", "as_expected": True}
        for path, minimum in needs.items()
    ]


def not_run(job, why: str, *, expected: str = "success") -> dict:
    """The row of a Job that was not executed."""
    row = exercises.blank_row(job.name, job.class_path)
    return row | {"expected": expected, "unexpected": [why]}


def fresh_folder(project: Project, name: str) -> Path:
    """The folder of a command's reports, emptied."""
    folder = project.state / "reports" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
