"""All changes between two sides of a repository, worst first."""

from __future__ import annotations

from collections.abc import Iterator

from ..source.contracts import Job
from ..source.effects import Place
from .change import BENIGN, BREAKING, Change, code
from .jobs import compare_effects, compare_kind, compare_meta, same_code
from .needs import compare_minimum, compare_needs, minimums
from .renames import likeness_of_jobs, matched
from .revision import Revision, is_of_tests
from .variables import Variables

_ORPHANED = (
    "Nautobot keeps its record, but as not installed: its schedules, job buttons and job hooks fail, and approvals, "
    "permissions and overrides that name it are without effect."
)


def compare(base: Revision, head: Revision) -> list[Change]:
    """The changes from `base` to `head`, worst first."""
    return sorted(_all(base, head), key=lambda change: change.sort_key)


def _all(base: Revision, head: Revision) -> Iterator[Change]:
    yield from _unreadable(base, head)
    yield from compare_needs(base, head)
    unread = {file.path for file in head.contract.repository.broken}
    removed = {
        path: job for path, job in base.jobs.items() if path not in head.jobs and job.module.file.path not in unread
    }
    added = {path: job for path, job in head.jobs.items() if path not in base.jobs}
    renamed = matched(removed.items(), added.items(), likeness_of_jobs)
    for path, now, likeness in renamed:
        yield _renamed(removed.pop(path), added.pop(now), likeness)
    for path, job in removed.items():
        yield _removed(path, job, head)
    for path, job in added.items():
        place = Place(job.module.file.path, job.node.lineno)
        yield Change(BENIGN, "job-added", path, f"new Job {code(job.title)}", place=place)
    pairs = [(path, path) for path in base.jobs if path in head.jobs] + [(path, now) for path, now, _ in renamed]
    before, after = minimums(base), minimums(head)
    for path, now in pairs:
        old, new = base.jobs[path], head.jobs[now]
        minimum, line = after.get(now, ("", 0))
        yield from compare_minimum(old, new, before.get(path, ("", 0))[0], minimum, line)
        yield from _compare_job(old, new, base, head)


def _compare_job(old: Job, new: Job, base: Revision, head: Revision) -> Iterator[Change]:
    found = [
        *compare_kind(old, new),
        *Variables(old, new, base.contract.repository, head.contract.repository).compare(),
        *compare_meta(old, new),
        *compare_effects(old, new, base.effects.of(old), head.effects.of(new)),
    ]
    yield from found
    if not found and not same_code(old, new):
        place = Place(new.module.file.path, new.node.lineno)
        yield Change(BENIGN, "code", new.path, "its code changed, what it promises did not", job=old.path, place=place)


def _renamed(old: Job, new: Job, likeness: float) -> Change:
    of_record = f'module_name="<slug>.{old.module.name}", job_class_name="{old.name}"'
    is_now = f'module_name="<slug>.{new.module.name}", job_class_name="{new.name}"'
    record = f"Job.objects.filter({of_record}).update({is_now})"
    schedules = f'ScheduledJob.objects.filter(task="<slug>.{old.path}").update(task="<slug>.{new.path}")'
    then = (
        f"{_ORPHANED} Before the sync, in `nautobot-server nbshell`, give the new name to the record: {code(record, None)}, and to its "
        f"schedules: {code(schedules, None)}. Or leave the class where it was, as a subclass of the new one, and register both for a while."
    )
    what = f"Job {code(old.path)} is {code(new.path)} now, as it seems ({likeness:.0%} alike)"
    place = Place(new.module.file.path, new.node.lineno)
    return Change(BREAKING, "job-renamed", old.path, what, then, old.path, place=place)


def _removed(path: str, job: Job, head: Revision) -> Change:
    there = head.contract.jobs.get(path)
    if there is not None:
        place = Place(there.module.file.path, there.node.lineno)
        what = f"Job {code(path)} is no longer registered"
        return Change(
            BREAKING, "job-unregistered", path, what, f"{_ORPHANED} Name it in `register_jobs()`.", path, place=place
        )
    then = f"{_ORPHANED} Delete them first, or keep the class for a while and let it say what to use instead."
    place = Place(job.module.file.path, job.node.lineno)
    return Change(BREAKING, "job-removed", path, f"Job {code(path)} is gone", then, path, place=place)


def _unreadable(base: Revision, head: Revision) -> Iterator[Change]:
    known = {file.path: file for file in base.contract.repository.broken}
    for file in head.contract.repository.broken:
        problem, name = file.problem, file.path.removesuffix(".py").replace("/", ".")
        if problem is None or is_of_tests(name) or (file.path in known and known[file.path].raw == file.raw):
            continue
        place, what = Place(file.path, problem.line), f"{code(file.path)}: {code(problem.message)}"
        if file.path in known or not head.is_loaded(name):
            yield Change(BENIGN, "unreadable", file.path, what, place=place)
        else:
            then = "Nautobot cannot import it: the sync of the whole repository fails."
            yield Change(BREAKING, "unreadable", file.path, what, then, place=place)
    for path in base.files:
        if path in known and path in head.files and head.files[path].tree is not None:
            yield Change(
                BENIGN, "readable", path, f"{code(path)} can be read again; what was in it before is not known"
            )
