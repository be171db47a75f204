"""``containers ci``: what a user does with this repository, on Nautobot's images: from nothing, and through the REST API only."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from . import exercises, seed
from .console import err, step
from .containers import Stack, fresh
from .demo import conclude, fresh_folder, without_exercise
from .errors import DevToolsError
from .rest import JobRecord, Rest


def ci_container(stack: Stack, *, json_file: Path | None = None) -> bool:
    """Start the containers on empty volumes, add the repository, sync, enable and execute every Job; returns whether all ended as declared.

    Everything is removed at the end, whatever happens; where anything is not as declared, the logs of all services are kept.
    """
    started = time.monotonic()
    project = stack.project
    declared = exercises.load(project)
    reports = fresh_folder(project, "containers")
    logs = project.state / "containers" / "logs" / f"{stack.nautobot}-{stack.database}"
    shutil.rmtree(logs, ignore_errors=True)
    log = logs / "compose.log"
    with fresh(stack, log):
        _seed(stack)
        rest = stack.rest()
        jobs = _add_repository(stack, rest)
        with step(f"Executing {len(declared)} exercises through the REST API") as progress:
            rows = exercises.on_each(
                declared,
                lambda one: exercises.row_of(
                    one, project, lambda path: _job(jobs, path), lambda job: rest.perform(one, job), reports=reports
                ),
                progress,
            )
        rows += without_exercise(jobs.values(), project.slug, declared)
        if not all(row["as_expected"] for row in rows):
            stack.save_logs(logs)
    title = f"Nautobot {stack.nautobot}, Python {stack.python}, {stack.database}"
    good = conclude(rows, time.monotonic() - started, title, reports, json_file)
    if not good:
        err.print(f"The logs of all services: {logs}", markup=False, soft_wrap=True)
    return good


def _seed(stack: Stack) -> None:
    """Fill the database with the sample data, in Nautobot's own container."""
    if not stack.project.settings.get("seed"):
        return
    shell = ("nautobot-server", "shell", "--interface", "python", "--command", seed.code(stack.project, "/source"))
    with step("Building the sample data in the container") as progress:
        seed.follow(stack.command("exec", "-T", "nautobot", *shell), progress, env=stack.full_environment)


def _add_repository(stack: Stack, rest: Rest) -> dict[str, JobRecord]:
    """Add the working tree's Git repository, sync it and enable its Jobs; returns them by class path."""
    project = stack.project
    with step(f"Adding and syncing the Git repository “{project.name}” through the REST API"):
        synced = rest.sync(rest.add_repository(project.name, project.slug, stack.repository_url))
        if synced.status != "SUCCESS" or synced.problems:
            raise DevToolsError("The sync has problems:\n" + "\n".join(synced.problems))
        found = rest.jobs(project.slug)
        if missing := set(synced.jobs) ^ {job.class_path for job in found}:
            raise DevToolsError(f"The sync's log and the list of Jobs differ: {', '.join(sorted(missing))}.")
        for job in found:
            rest.enable(job)
    err.print(f"  {len(found)} Jobs created and enabled", markup=False)
    return {job.class_path: job for job in found}


def _job(jobs: dict[str, JobRecord], class_path: str) -> JobRecord:
    if class_path not in jobs:
        raise DevToolsError(f"There is no Job {class_path}; there are {', '.join(sorted(jobs))}.")
    return jobs[class_path]
