"""Syncs the repository as a user does in the UI, and turns what Nautobot's sync Job logs into a clear verdict.

Needs a Nautobot set up in this process.
"""

from __future__ import annotations

import ast
import inspect
import logging
import re
import shutil
import sys
import tempfile
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from .compat import enqueue_job
from .errors import DevToolsError
from .gitserver import BRANCH, WorkingTree
from .loading import needs_newer
from .processes import wait_until

CONTENT = "extras.job"
BAD_LEVELS = ("warning", "failure", "error", "critical")
UNFINISHED = ("PENDING", "STARTED", "RECEIVED", "RETRY")
# What the sync says of each Job's record.
MADE = re.compile(r"(Created|Refreshed) Job record for (\S+)")


@dataclass
class Verdict:
    """What a sync did.

    Attributes:
        status: of the sync Job: ``SUCCESS`` or ``FAILURE``.
        head: the commit that was synced.
        created: class paths of Jobs that are new; Nautobot creates them disabled.
        refreshed: those that were there before.
        lost: those whose record is there and whose code is not, any more: schedules, buttons and hooks on them do nothing.
        problems: what is wrong, each with file, line and remedy where they can be known.
        needs: the lowest Nautobot of Jobs that are meant for a newer one than this and therefore not registered, by class path.
    """

    status: str
    head: str
    created: list[str] = field(default_factory=list)
    refreshed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    needs: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether there is nothing to complain of."""
        return self.status == "SUCCESS" and not self.problems


def ensure_repository(name: str, slug: str, url: str):
    """Return the GitRepository record, made or changed to this URL with Nautobot's own validation.

    Raises:
        DevToolsError: Nautobot refuses, in its own words.
    """
    from django.core.exceptions import ValidationError
    from nautobot.extras.models import GitRepository

    repository = GitRepository.objects.filter(slug=slug).first() or GitRepository(name=name, slug=slug)
    repository.remote_url, repository.branch, repository.provided_contents = url, BRANCH, [CONTENT]
    try:
        repository.validated_save()
    except ValidationError as error:
        raise DevToolsError(f"Nautobot refuses the Git repository: {'; '.join(error.messages)}") from error
    return repository


def sync_job_model():
    """Return the record of Nautobot's sync Job."""
    from nautobot.extras.models import Job

    return Job.objects.get(module_name="nautobot.core.jobs", job_class_name="GitRepositorySync")


def sync(tree: WorkingTree, url: str, user, *, timeout: float = 300) -> Verdict:
    """Sync the working tree that is served at `url` in the worker, and wait for the verdict."""
    repository = ensure_repository(tree.project.name, tree.project.slug, url)
    job_result = enqueue_job(sync_job_model(), user, {"repository": str(repository.pk)})
    wait_until(lambda: finished(job_result), timeout=timeout, what="The sync of the repository")
    return judge(repository, job_result, tree)


def judge(repository, job_result, tree: WorkingTree | None = None) -> Verdict:
    """Read what a sync logged.

    Args:
        repository: the GitRepository.
        job_result: of its sync, finished.
        tree: what was synced; where given, it is loaded once more in this process, to find file and line, which the log lacks.
    """
    repository.refresh_from_db()
    verdict = Verdict(job_result.status, repository.current_head)
    lists = {"Created": verdict.created, "Refreshed": verdict.refreshed}
    for entry in job_result.job_log_entries.order_by("created"):
        if made := MADE.match(entry.message):
            lists[made.group(1)].append(made.group(2))
        elif "no longer installed" in entry.message:
            verdict.lost.append(_class_path(entry.log_object, repository.slug))
            if job_result.status != "SUCCESS":
                continue
            verdict.problems.append(
                f"{entry.log_object}: its code is gone. If it was renamed or moved, its schedules, buttons, hooks and overrides keep the old name."
            )
        elif entry.log_level in BAD_LEVELS:
            verdict.problems.append(f"{entry.log_level}: {entry.message}")
    if job_result.status != "SUCCESS" and not verdict.problems:
        verdict.problems.append(f"The sync ended as {job_result.status}: {job_result.traceback or job_result.result}")
    if job_result.status != "SUCCESS":
        # Nautobot has rolled its records back.
        verdict.created, verdict.refreshed, verdict.lost = [], [], []
    if tree is not None:
        found = diagnose(tree, repository.slug, verdict.needs)
        # What was found says all that the log says, with file and line.
        verdict.problems = [*found, *([] if found and job_result.status != "SUCCESS" else verdict.problems)]
    return verdict


def diagnose(tree: WorkingTree, slug: str, needs: dict[str, str] | None = None) -> list[str]:
    """Load a repository's Jobs as Nautobot's sync does, in this process, and say what is wrong, with file, line and remedy.

    Args:
        tree: the working tree, committed.
        slug: of the repository in Nautobot.
        needs: filled with `Verdict.needs`.

    Returns:
        One text a problem; empty if all is well.
    """
    from nautobot.core.utils.module_loading import import_modules_privately
    from nautobot.extras.registry import registry

    registered = dict(registry["jobs"])
    # An earlier load's classes and modules would stay: register_jobs() and the loader keep what they have.
    for class_path in registered:
        if class_path.startswith(f"{slug}."):
            del registry["jobs"][class_path]
    loaded = forget_modules(slug)
    loader = logging.getLogger("nautobot.core.utils.module_loading")
    level, bytecode = loader.level, sys.dont_write_bytecode
    sys.dont_write_bytecode = True  # of files that are gone in a moment
    loader.setLevel(logging.CRITICAL)  # said here, and better
    clones = Path(tempfile.mkdtemp(prefix="nautobot-jobs-"))
    try:
        tree.export(clones / slug)
        if missing := _missing_packages(clones / slug):
            return missing
        try:
            import_modules_privately(path=str(clones), module_path=[slug, "jobs"], ignore_import_errors=False)
        except (Exception, SystemExit) as error:
            return [explain(error, clones / slug)]
        return _wrong_classes(slug, clones / slug, needs if needs is not None else {})
    finally:
        loader.setLevel(level)
        sys.dont_write_bytecode = bytecode
        forget_modules(slug)
        sys.modules.update(loaded)
        registry["jobs"].clear()
        registry["jobs"].update(registered)
        shutil.rmtree(clones)


def _class_path(name: str, slug: str) -> str:
    """Return the class path of the Job record that the log calls by its name."""
    from nautobot.extras.models import Job

    job = Job.objects.filter(name=name, module_name__startswith=f"{slug}.").first()
    return job.class_path if job else name


# A class that is a Job by its bases, or a call that registers one.
_JOBS = re.compile(r"^class \w+\([^)]*\bJob(ButtonReceiver|HookReceiver)?\b|\bregister_jobs\b", re.MULTILINE)


def forget_modules(package: str) -> dict[str, ModuleType]:
    """Take a package out of ``sys.modules``, with all below it; returns what was there."""
    names = [name for name in sys.modules if name == package or name.startswith(f"{package}.")]
    return {name: sys.modules.pop(name) for name in names}


def _has_jobs(path: Path) -> bool:
    """Does a module define or register Jobs? Others may lie where Nautobot does not look for any."""
    return _JOBS.search(path.read_text(encoding="utf-8", errors="replace")) is not None


def _missing_packages(clone: Path) -> list[str]:
    """Nautobot imports the repository as a package: without ``__init__.py`` at its root, or in a folder of Jobs, it silently sees nothing."""
    problems = []
    jobs = clone / "jobs"
    if not jobs.is_dir() and not (clone / "jobs.py").is_file():
        problems.append(
            "there is neither a jobs/ folder nor a jobs.py; Nautobot loads Jobs from there and nowhere else."
        )
    if not (clone / "__init__.py").is_file():
        problems.append(
            "__init__.py: missing at the root of the repository, so Nautobot finds no Jobs at all. Create it, empty."
        )
    folders = [jobs, *(folder for folder in sorted(jobs.rglob("*")) if folder.is_dir())] if jobs.is_dir() else []
    for folder in folders:
        if not (folder / "__init__.py").is_file() and any(_has_jobs(path) for path in folder.rglob("*.py")):
            problems.append(
                f"{folder.relative_to(clone)}/__init__.py: missing, so Nautobot does not see the modules of this folder. Create it, empty."
            )
    return problems


def explain(error: BaseException, clone: Path) -> str:
    """Say where in the repository an import failed, and what to do."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(f"{clone}/")]
    if isinstance(error, SyntaxError) and error.filename:
        place, code = f"{_below(error.filename, clone)}:{error.lineno}", (error.text or "").strip()
    elif frames:
        place, code = f"{_below(frames[-1].filename, clone)}:{frames[-1].lineno}", frames[-1].line or ""
    else:
        place, code = "jobs/", ""
    chain = " → ".join(f"{_below(frame.filename, clone)}:{frame.lineno}" for frame in frames[:-1])
    return "\n".join(
        line
        for line in (
            f"{place}: {type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}",
            f"    {code}" if code else "",
            f"    imported by {chain}" if chain else "",
            f"    {_remedy(error)}",
        )
        if line
    )


def _remedy(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return "Python cannot read this file; one such file blocks the sync of the whole repository."
    if isinstance(error, ModuleNotFoundError):
        return (
            f"No module {error.name!r} here. If it is a package that Nautobot does not itself install, import it inside the "
            "function that needs it, so that only that Job fails where it is missing; if it is a module of this repository, "
            "import it relatively (from .module import …)."
        )
    if isinstance(error, ImportError):
        return "The module is there, the name is not: check its spelling, and for two modules that import each other."
    return "This runs when Nautobot imports the module; move it into the Job's run(), or correct it. It blocks the sync of the whole repository."


def _wrong_classes(slug: str, clone: Path, needs: dict[str, str]) -> list[str]:
    """Find Job classes that Nautobot does not show, or cannot.

    Those that no register_jobs() names and that are no base of one that is; those with a variable that is called like an attribute of Job.
    A class whose attribute ``minimum_nautobot`` names a newer Nautobot than this is not registered on purpose: it goes to `needs`.
    """
    from nautobot.extras.jobs import BaseJob, is_job, is_variable
    from nautobot.extras.registry import registry

    registered = [job for path, job in registry["jobs"].items() if path.startswith(f"{slug}.")]
    # By path, not identity: the loader imports packages twice, and the registry keeps the classes of the first time.
    known = {_path(base) for job in registered for base in inspect.getmro(job)}
    found = [
        (name, job)
        for name, module in sorted(sys.modules.items())
        if name == f"{slug}.jobs" or name.startswith(f"{slug}.jobs.")
        for job in vars(module).values()
        if inspect.isclass(job) and is_job(job)
    ]
    # `since` marks the class that was to be registered: of the first time as well, which jobs/__init__.py still holds.
    newer = {_path(job): minimum for _, job in found if (minimum := needs_newer(job))}
    problems = []
    for name, job in found:
        if job.__module__ != name:
            continue
        path = Path(inspect.getfile(job))
        place = f"{path.relative_to(clone)}:{_line_of_class(path, job.__name__)}"
        if minimum := newer.get(_path(job)):
            needs[_path(job)] = minimum
        elif _path(job) not in known and getattr(job, "run", None) is not BaseJob.run:
            problems.append(
                f"{place}: the Job {job.__name__} is not registered, so Nautobot does not show it. "
                "Import it in jobs/__init__.py and name it in register_jobs() there."
            )
        problems.extend(
            f"{place}: the variable {job.__name__}.{variable} has the name of an attribute that Nautobot itself uses; choose another."
            for variable, value in vars(job).items()
            if is_variable(value) and hasattr(BaseJob, variable)
        )
    if not registered and not problems and not needs:
        problems.append("jobs/__init__.py: no Job is registered. Import each Job there and name it in register_jobs().")
    return problems


def _path(job: type) -> str:
    return f"{job.__module__}.{job.__qualname__}"


def _line_of_class(path: Path, name: str) -> int:
    return next(
        (
            node.lineno
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ClassDef) and node.name == name
        ),
        1,
    )


def _below(filename: str, clone: Path) -> str:
    return str(Path(filename).relative_to(clone)) if Path(filename).is_relative_to(clone) else filename


def finished(job_result) -> bool:
    """Ask the database whether a run has ended."""
    job_result.refresh_from_db()
    return job_result.status not in UNFINISHED
