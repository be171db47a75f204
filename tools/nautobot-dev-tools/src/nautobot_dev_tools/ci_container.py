"""``containers ci``: what a user does with this repository, on Nautobot's images: from nothing, and through the REST API only."""

from __future__ import annotations

import ast
import shutil
import time
from pathlib import Path

from packaging.version import Version

from . import exercises, seed
from .console import err, step
from .containers import Stack, fresh
from .demo import conclude, fresh_folder, needs_newer, without_exercise
from .errors import DevToolsError
from .project import Project
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
        needs = _needs(stack, jobs, declared)
        wanted = [one for one in declared if one.job not in needs]
        with step(f"Executing {len(wanted)} exercises through the REST API") as progress:
            rows = exercises.on_each(
                wanted,
                lambda one: exercises.row_of(
                    one, project, lambda path: _job(jobs, path), lambda job: rest.perform(one, job), reports=reports
                ),
                progress,
            )
        rows += without_exercise(jobs.values(), project.slug, declared)
        rows += needs_newer({f"{project.slug}.{job}": minimum for job, minimum in needs.items()})
        if not all(row["as_expected"] for row in rows):
            stack.save_logs(logs)
    title = f"Nautobot {stack.nautobot}, Python {stack.python}, {stack.database}"
    good = conclude(rows, time.monotonic() - started, title, reports, json_file)
    if not good:
        err.print(f"The logs of all services: {logs}", markup=False, soft_wrap=True)
    return good


def minimum_nautobot(project: Project, job: str) -> str | None:
    """The lowest Nautobot that a Job is for, read from the source, since the Nautobot in question is in a container.

    Either its class states ``minimum_nautobot``, or the package's ``__init__.py`` registers it by ``since("3.1", TheJob)``.
    """
    module, _, name = job.rpartition(".")
    contents = project.root / "jobs" / "__init__.py"
    for node in ast.walk(ast.parse(contents.read_text() if contents.is_file() else "")):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "since":
            minimum, *those = node.args
            if name in map(ast.unparse, those):
                return str(ast.literal_eval(minimum))
    source = project.root / f"{module.replace('.', '/')}.py"
    if not source.is_file():
        return None
    for node in ast.parse(source.read_text()).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            for statement in node.body:
                if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "minimum_nautobot":
                    return str(ast.literal_eval(statement.value))
    return None


def _needs(stack: Stack, jobs: dict[str, JobRecord], declared: list[exercises.Exercise]) -> dict[str, str]:
    """The lowest Nautobot of those Jobs that are meant for a newer one than this, and are not there."""
    absent = {one.job for one in declared if f"{stack.project.slug}.{one.job}" not in jobs}
    minimums = {job: minimum_nautobot(stack.project, job) for job in sorted(absent)}
    ours = Version(stack.nautobot).release
    return {job: minimum for job, minimum in minimums.items() if minimum and Version(minimum).release > ours}


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
