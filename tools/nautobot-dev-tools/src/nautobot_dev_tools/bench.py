"""What each Job of a repository costs on networks of several sizes, and whether that is more than it was.

Every installed Job runs by its first exercise that says ``rehearse: true``, in the worker, each run in a process of its own. What only reads, or
runs dry, is repeated on the same data; before each run that writes, the database is made anew. A Job without such an exercise, or one that does
not end as its exercise says, is a problem: no Job can be forgotten.
"""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from . import exercises, run
from .console import step
from .errors import DevToolsError
from .exercises import Exercise
from .project import Project
from .services import Services
from .workbench import Workbench, on_scale, sync_or_fail

READS, DRY, WRITES = "reads", "dry run", "writes"
# Runs of the same code differ. More than this, and every new run above every old one, is no chance.
_MORE, _SECONDS_MORE, _MEGABYTES_MORE = 1.25, 0.1, 8.0


@dataclass(frozen=True)
class Run:
    """One way to run a Job: it reads, it writes, or it only tries to."""

    job: str
    mode: str
    exercise: Exercise | None


@dataclass(frozen=True)
class Change:
    """Something that costs more, or fewer queries, than it did."""

    what: str  # queries, fewer queries, time, memory
    text: str


def measure(
    project: Project, sizes: Sequence[int], repeats: int, jobs: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """Measure Jobs on a network of each size; a row for each way to run a Job, and size.

    Args:
        project: the repository.
        sizes: numbers of devices.
        repeats: runs of each Job.
        jobs: class paths or their ends; by default all Jobs.

    Raises:
        DevToolsError: there is no such Job.
    """
    # The services run on from one size to the next: this process keeps connections to them.
    with Services(project).running():
        return [row for devices in sizes for row in _measure(project, devices, repeats, jobs)]


def _measure(project: Project, devices: int, repeats: int, jobs: Sequence[str] | None) -> list[dict[str, Any]]:
    with on_scale(project, devices) as bench:
        sync_or_fail(bench)
        reports = project.state / "reports" / "bench" / str(devices)
        planned = list(plan(project, exercises.load(project)))
        if jobs:
            if unknown := [job for job in jobs if not any(one.job.endswith(job) for one in planned)]:
                raise DevToolsError(f"There is no Job {', '.join(unknown)}.")
            planned = [one for one in planned if any(one.job.endswith(job) for job in jobs)]
        kept = f"{bench.instance.database_name}_synced"
        copy(bench, bench.instance.database_name, kept)
        rows = []
        try:
            with step(f"Measuring {len(planned)} runs on {devices:,} devices") as progress:
                for number, one in enumerate(planned):
                    progress(f"{one.job.rsplit('.', 1)[-1]} ({one.mode})", number, len(planned))
                    results = []
                    for _ in range(repeats if one.exercise else 0):
                        if one.mode == WRITES:
                            copy(bench, kept, bench.instance.database_name)
                        assert one.exercise
                        results.append(exercises.execute(one.exercise, project, bench.user, reports=reports))
                    rows.append(summary(one, devices, results))
        finally:
            bench.instance.services.postgres.drop(kept)
    return rows


def copy(bench: Workbench, database: str, to: str) -> None:
    """Make a database anew as a copy of another, neither of which this process uses at the moment."""
    from django.db import connections

    connections.close_all()
    postgres = bench.instance.services.postgres
    postgres.disconnect(database)
    postgres.clone(database, to)


def plan(project: Project, declared: Iterable[Exercise]) -> Iterator[Run]:
    """The runs of all installed Jobs: those that leave the data as they are first."""
    from nautobot.extras.models import Job

    prefix = f"{project.slug}."
    fitting = exercises.fitting(declared)
    writing = []
    jobs = Job.objects.filter(module_name__startswith=prefix, installed=True)
    for model in jobs.order_by("module_name", "job_class_name"):
        path = model.class_path.removeprefix(prefix)
        job_class, exercise = run.load_job_class(model), fitting.get(path)
        if exercise is None:
            yield Run(path, "", None)
        elif exercise.hook is not None:
            writing.append(Run(path, WRITES, exercise))
        elif job_class.supports_dryrun:
            yield Run(path, DRY, _with(exercise, dryrun=True))
            writing.append(Run(path, WRITES, _with(exercise, dryrun=False)))
        elif job_class.read_only or exercise.button is not None:
            yield Run(path, READS, exercise)
        else:
            writing.append(Run(path, WRITES, exercise))
    yield from writing


def _with(exercise: Exercise, **inputs: Any) -> Exercise:
    return dataclasses.replace(exercise, inputs={**exercise.inputs, **inputs})


def summary(one: Run, devices: int, results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The row of one way to run a Job. Queries are those of the run with the fewest: caches can only save some."""
    problems = [problem for result in results for problem in result["unexpected"]]
    if not results:
        problems = ["none of its exercises says `rehearse: true`, which is what fits a network of any size"]
    known = [result for result in results if result["status"] != "not run"]
    return {
        "job": one.job,
        "mode": one.mode,
        "devices": devices,
        "status": known[0]["status"] if known else "not run",
        "problems": sorted(set(problems)),
        "seconds": [round(result["seconds"], 3) for result in known if result["seconds"] is not None],
        "own_queries": min((result["own_queries"] for result in known), default=None),
        "log_rows": min((result["log_lines"] for result in known), default=None),
        "peak_memory_mb": [result["peak_memory_mb"] for result in known if result["peak_memory_mb"] is not None],
        "file_bytes": max((result["file_bytes"] for result in known), default=None),
    }


def middle(values: Sequence[float]) -> float | None:
    """The median, or None where nothing was measured."""
    return statistics.median(values) if values else None


def compare(new: Sequence[dict[str, Any]], old: Sequence[dict[str, Any]], *, times: bool = True) -> list[Change]:
    """Name what costs more than it did.

    One query more is a change. Of time and memory it is one if each new run took more than each old one, by a quarter and by 0.1 s or 8 MB.

    Args:
        new: rows of `measure`.
        old: earlier rows; what is not among the new ones does not matter.
        times: whether both were measured on the same machine, so that seconds can be compared.
    """
    before = {_key(row): row for row in old}
    changes = []
    for row in new:
        earlier = before.get(_key(row))
        if earlier is None:
            continue
        name = f"{row['job']} ({row['mode']}) on {row['devices']:,} devices"
        queries, fewer = row["own_queries"], earlier["own_queries"]
        if queries is not None and fewer is not None and queries != fewer:
            what = "queries" if queries > fewer else "fewer queries"
            changes.append(Change(what, f"{name}: {queries:,} queries, {fewer:,} before"))
        if times and _above(row["seconds"], earlier["seconds"], _SECONDS_MORE):
            changes.append(Change("time", f"{name}: {_range(row['seconds'])} s, {_range(earlier['seconds'])} s before"))
        if _above(row["peak_memory_mb"], earlier["peak_memory_mb"], _MEGABYTES_MORE):
            texts = _range(row["peak_memory_mb"]), _range(earlier["peak_memory_mb"])
            changes.append(Change("memory", f"{name}: {texts[0]} MB, {texts[1]} MB before"))
    return changes


def _key(row: dict[str, Any]) -> tuple[str, str, int]:
    return row["job"], row["mode"], row["devices"]


def _above(new: Sequence[float], old: Sequence[float], margin: float) -> bool:
    return bool(new and old) and min(new) > max(old) * _MORE and min(new) > max(old) + margin


def _range(values: Sequence[float]) -> str:
    return f"{min(values):.2f}" if len(values) == 1 else f"{min(values):.2f} to {max(values):.2f}"
