"""Declared sample runs of Jobs: examples for the documentation, what ``demo`` runs, what CI executes.

One YAML file a domain, a list of::

    - job: jobs.audits.connections.ConnectionAudit   # class path without the repository's slug
      title: Audit the connections of one site
      inputs: {locations: [AMS01]}                   # see inputs.resolve
      status: failure                                # success or failure
      expect: {findings: 12, files: [report.html]}   # optional
      needs: [dcim.change_device]                    # optional: permissions that this run needs beyond those of the docstring
      rehearse: true                                 # optional: names no object, so it fits anybody's data

A receiver has instead of ``inputs`` either ``button: {dcim.device: {name: x}}`` (the object whose button is pressed) or
``hook: {dcim.device: {name: x}, update: {comments: y}}`` (the object that is changed, and how). ``{}`` stands for any object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from . import inputs, run
from .compat import enqueue_job
from .errors import DevToolsError
from .project import Project

STATUSES = ("success", "failure")
_COUNTS = ("findings", "changes")
_EXPECT = {*_COUNTS, "files"}
_KEYS = {"job", "title", "inputs", "status", "expect", "needs", "rehearse", "button", "hook"}


@dataclass(frozen=True)
class Exercise:
    """One declared run; see the module's text for the fields."""

    job: str
    title: str
    source: Path
    inputs: dict[str, Any] = field(default_factory=dict)
    status: str = "success"
    expect: dict[str, Any] = field(default_factory=dict)
    needs: list[str] = field(default_factory=list)
    rehearse: bool = False
    button: dict[str, Any] | None = None
    hook: dict[str, Any] | None = None


def load(project: Project) -> list[Exercise]:
    """Read all exercises of a repository, by file and order.

    Raises:
        DevToolsError: names file and entry of what is wrong.
    """
    return [exercise for path in sorted(project.exercises.glob("*.y*ml")) for exercise in load_file(path)]


def load_file(path: Path) -> list[Exercise]:
    """Read the exercises of one file; raises like `load`."""
    try:
        entries = yaml.safe_load(path.read_text()) or []
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DevToolsError(f"{path}: {error}") from error
    if not isinstance(entries, list):
        raise DevToolsError(f"{path}: must be a list of exercises.")
    return [_exercise(entry, number, path) for number, entry in enumerate(entries, 1)]


def fitting(declared: Iterable[Exercise]) -> dict[str, Exercise]:
    """Of each Job the first exercise that fits anybody's data, by class path without the repository's slug.

    How much it finds or changes is told of the sample data alone, and not expected of other data.
    """
    found: dict[str, Exercise] = {}
    for exercise in declared:
        if exercise.rehearse:
            expect = {what: value for what, value in exercise.expect.items() if what not in _COUNTS}
            found.setdefault(exercise.job, replace(exercise, expect=expect))
    return found


def execute(
    exercise: Exercise, project: Project, user, *, reports: Path, dry_run: bool = False, timeout: float = 600
) -> dict[str, Any]:
    """Execute one exercise in the worker; returns the row that ``demo`` and ``rehearse`` show and save.

    Args:
        exercise: what to run.
        project: the repository, synced.
        user: who runs it.
        reports: the folder below which the run's files are kept, one folder a Job.
        dry_run: force dry run on Jobs that have one, and expect no more than: no exception.
        timeout: seconds.
    """

    def work(job_model) -> run.Outcome:
        return run.wait(_start(exercise, job_model, user, dry_run), timeout=timeout)

    return row_of(exercise, project, run.find_job, work, reports=reports, dry_run=dry_run)


def row_of(
    exercise: Exercise,
    project: Project,
    find: Callable[[str], Any],
    work: Callable[[Any], run.Outcome],
    *,
    reports: Path,
    dry_run: bool = False,
) -> dict[str, Any]:
    """Execute an exercise, and compare what came of it with what is declared.

    Args:
        exercise: what to run.
        project: the repository.
        find: returns the Job of a class path, which has a name.
        work: runs that Job, and returns the outcome.
        reports: the folder below which the run's files are kept, one folder a Job.
        dry_run: expect no more than: no exception.
    """
    row = blank_row(exercise.job.rsplit(".", 1)[-1], f"{project.slug}.{exercise.job}")
    row |= {"title": exercise.title, "expected": "no exception" if dry_run else exercise.status}
    try:
        job = find(row["class_path"])
        row["job"] = job.name
        outcome = work(job)
        saved = outcome.save_files(reports / exercise.job.rsplit(".", 1)[-1])
    except DevToolsError as error:
        row["exception"] = str(error)
        row["unexpected"] = [str(error)]
        return row
    peak, queries = outcome.measured.get("peak_memory"), outcome.measured.get("queries")
    row.update(
        status=outcome.status,
        seconds=outcome.seconds,
        queries=queries,
        own_queries=queries - outcome.measured["log_queries"] if queries is not None else None,
        log_lines=outcome.log_lines,
        findings=outcome.count("findings"),
        changes=outcome.count("changes"),
        files=[path.name for path in saved],
        file_bytes=sum(path.stat().st_size for path in saved),
        exception=outcome.exception,
        peak_memory_mb=round(peak / 2**20, 1) if peak is not None else None,
    )
    row["unexpected"] = _unexpected(exercise, row, dry_run)
    row["as_expected"] = not row["unexpected"]
    return row


def arguments(exercise: Exercise, job_class, user) -> dict[str, Any]:
    """What ``run()`` gets in an exercise, ready to be enqueued, without a worker; the change that starts a hook is made as `user`."""
    if exercise.button is not None:
        return _button_arguments(exercise.button)
    if exercise.hook is not None:
        from nautobot.extras.models import ObjectChange

        instance = _prepared(exercise.hook)
        _save(instance, user)
        change = ObjectChange.objects.filter(changed_object_id=instance.pk).latest("time")
        return {"object_change": str(change.pk)}
    return inputs.clean(job_class, inputs.resolve(job_class, exercise.inputs, exercise.source.parent))


def blank_row(job: str, class_path: str) -> dict[str, Any]:
    """The row of a Job that has not run."""
    measured = ("seconds", "queries", "own_queries", "log_lines", "file_bytes", "peak_memory_mb")
    return {
        "job": job,
        "title": "",
        "class_path": class_path,
        "status": "not run",
        "expected": "success",
        "as_expected": False,
        **dict.fromkeys((*measured, "findings", "changes", "exception")),
        "files": [],
        "unexpected": [],
    }


def _start(exercise: Exercise, job_model, user, dry_run: bool):
    if exercise.button is not None:
        return enqueue_job(job_model, user, _button_arguments(exercise.button))
    if exercise.hook is not None:
        return _fire_hook(exercise.hook, job_model, user)
    raw = dict(exercise.inputs)
    if dry_run and run.load_job_class(job_model).supports_dryrun:
        raw["dryrun"] = True
    return run.start(job_model, raw, user, folder=exercise.source.parent)


def _button_arguments(button: Mapping[str, Any]) -> dict[str, str]:
    """What Nautobot's own view gives to the Job when a button is pressed."""
    ((label, lookups),) = button.items()
    return {"object_pk": str(_object(label, lookups).pk), "object_model_name": label}


def _fire_hook(hook: Mapping[str, Any], job_model, user):
    """Make a job hook on the object's model, change the object as a user does, and return the run that the hook started."""
    from django.contrib.contenttypes.models import ContentType
    from nautobot.extras.models import JobHook, JobResult

    instance = _prepared(hook)
    record, created = JobHook.objects.get_or_create(
        name=f"Exercise of {job_model.name}"[:100], defaults={"job": job_model, "type_update": True}
    )
    if created:
        record.content_types.set([ContentType.objects.get_for_model(instance)])
    known = set(JobResult.objects.filter(job_model=job_model).values_list("pk", flat=True))
    try:
        _save(instance, user)
        return run.wait_for_new(job_model, known)
    finally:
        record.delete()


def _prepared(hook: Mapping[str, Any]):
    """Return the object of a hook, changed and not yet saved."""
    ((label, lookups),) = ((key, value) for key, value in hook.items() if key != "update")
    return _changed(_objects(label, lookups), dict(hook.get("update") or {}))


def _changed(instances: list, changes: Mapping[str, Any]):
    """Return the first of some objects that may be changed so, changed and not yet saved: data holds objects that Nautobot itself refuses today."""
    from django.core.exceptions import ValidationError

    for instance in instances:
        for name, value in changes.items():
            setattr(instance, name, value)
        try:
            instance.full_clean()
        except ValidationError as error:
            refusal = DevToolsError(f"The change of {instance} that shall start the hook is refused: {error}")
        else:
            return instance
    raise refusal


def _save(instance, user) -> None:
    """Save as a user does, with an entry in the change log."""
    from nautobot.extras.context_managers import web_request_context

    with web_request_context(user):
        instance.validated_save()


def _object(label: str, lookups: Mapping[str, Any]):
    return _objects(label, lookups)[0]


def _objects(label: str, lookups: Mapping[str, Any]) -> list:
    """The object that lookups name; without any lookups some objects, any of which will do."""
    from django.apps import apps
    from django.core.exceptions import FieldError, ValidationError

    try:
        found = list(apps.get_model(label).objects.filter(**lookups).order_by("pk")[: 1 if lookups else 100])
    except (LookupError, FieldError, ValidationError, ValueError, TypeError) as error:
        raise DevToolsError(f"{label} with {lookups!r}: {error}") from error
    if not found:
        raise DevToolsError(f"There is no {label} with {dict(lookups) or 'any value'}.")
    return found


def _unexpected(exercise: Exercise, row: dict, dry_run: bool) -> list[str]:
    """Say in which ways a row is not what its exercise says."""
    if dry_run:
        if row["exception"]:
            return [row["exception"]]
        return [] if row["status"] in STATUSES else [f"status {row['status']}"]
    problems = []
    if row["status"] != exercise.status:
        problems.append(f"status {row['status']} instead of {exercise.status}")
    if row["exception"]:
        problems.append(row["exception"])
    for what in _COUNTS:
        if what in exercise.expect and row[what] != exercise.expect[what]:
            problems.append(f"{row[what]} {what} instead of {exercise.expect[what]}")
    missing = [name for name in exercise.expect.get("files", []) if name not in row["files"]]
    if missing:
        problems.append(f"no file {', '.join(missing)}")
    return problems


def _exercise(entry: Any, number: int, path: Path) -> Exercise:
    where = f"{path}, exercise {number}"
    if not isinstance(entry, dict):
        raise DevToolsError(f"{where}: must be a mapping.")
    where += f" ({entry.get('job', 'without a job')})"
    if unknown := set(entry) - _KEYS:
        raise DevToolsError(f"{where}: unknown {', '.join(sorted(unknown))}; there are {', '.join(sorted(_KEYS))}.")
    for key in ("job", "title"):
        if not isinstance(entry.get(key), str):
            raise DevToolsError(f"{where}: {key} is missing, or no text.")
    if entry.get("status", "success") not in STATUSES:
        raise DevToolsError(f"{where}: status is one of {', '.join(STATUSES)}, not {entry['status']!r}.")
    for key in ("inputs", "expect", "button", "hook"):
        if key in entry and not isinstance(entry[key], dict):
            raise DevToolsError(f"{where}: {key} must be a mapping.")
    if not isinstance(entry.get("needs", []), list):
        raise DevToolsError(f"{where}: needs must be a list of permissions.")
    if unknown := set(entry.get("expect", {})) - _EXPECT:
        raise DevToolsError(
            f"{where}: unknown {', '.join(sorted(unknown))} in expect; there are {', '.join(sorted(_EXPECT))}."
        )
    for key in ("button", "hook"):
        objects = [value for name, value in entry.get(key, {}).items() if name != "update"]
        if key in entry and not (len(objects) == 1 and isinstance(objects[0], dict)):
            raise DevToolsError(f"{where}: {key} names one object, as in {{dcim.device: {{name: x}}}}.")
    return Exercise(source=path, **entry)


def on_each(
    exercises: list[Exercise], work: Callable[[Exercise], dict], progress: Callable[[str, int, int], None]
) -> list[dict]:
    """Execute exercises one after the other, telling the progress."""
    rows = []
    for number, exercise in enumerate(exercises):
        progress(exercise.job.rsplit(".", 1)[-1], number, len(exercises))
        rows.append(work(exercise))
    return rows
