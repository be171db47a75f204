"""Fan-out of an audit: the checks of a long one are shared by several runs of the same Job (see `helpers`).

All that follows, and so the result, is that of a run without helpers: checks are shared out and not objects, so that each
still sees all of them, and what was found is read in the order in which one run would have found it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from celery.exceptions import SoftTimeLimitExceeded
from nautobot.apps.jobs import Job

from . import helpers as helping
from .attachments import attach, attached
from .checks import Check
from .findings import Finding, Severity

_FIELDS = tuple(field.name for field in fields(Finding))

Find = Callable[[Check], Iterable[Finding]]


class CheckError(Exception):
    """A check could not finish in the run that asked it; the message says why."""


class Asked:
    """What all runs together have found, to be read check by check, in the order of the checks.

    Args:
        sources: lines of files that `_ask` wrote.
        where: id of a check to the source that has it.
    """

    def __init__(self, sources: Sequence[Iterator[bytes]], where: Mapping[str, int]) -> None:
        self.seconds: dict[str, float] = {}
        self._sources = sources
        self._where = where

    def find(self, check: Check) -> Iterator[Finding]:
        """The findings of a check; call it in order, and read each to its end.

        Raises:
            CheckError: the check could not finish; what it has found until then comes first.
        """
        lines = self._sources[self._where[check.id]]
        head = json.dumps({"check": check.id}).encode()
        while next(lines).rstrip() != head:  # of checks that another source has as well
            pass
        for line in lines:
            record = json.loads(line)
            if isinstance(record, dict):
                self.seconds[check.id] = record["seconds"]
                if record["error"]:
                    raise CheckError(record["error"])
                return
            values = dict(zip(_FIELDS, record, strict=True))
            yield Finding(**{**values, "severity": Severity(values["severity"])})


def help_with(job: Job, leader: str, checks: Sequence[Check], find: Find) -> dict[str, Any]:
    """Ask checks of the leader until there are none left, and attach what they find."""
    me = str(job.job_result.pk)
    with helping.living(me, remembered=True), TemporaryDirectory() as folder:
        path = Path(folder) / helping.FILE

        def take(check: Check) -> bool:
            return helping.goes_on(leader) and helping.take(leader, check.id, me)

        asked = _ask(job, checks, find, path, take)
        if not helping.goes_on(leader):
            asked = []  # nobody will read it
        if asked:
            attach(job, path, helping.FILE)
    job.logger.info(
        "Asked %d checks for [the run that leads](/extras/job-results/%s/).", len(asked), leader, extra=helping.GROUPING
    )
    return {"asked": asked}


@contextmanager
def shared(
    job: Job, helpers: int, inputs: Mapping[str, Any], checks: Sequence[Check], find: Find, folder: Path
) -> Iterator[Asked]:
    """Ask checks together with helpers, and give what all have found.

    Args:
        job: the Job that leads.
        helpers: how many.
        inputs: what each of them gets, by variable of the Job.
        checks: in the order in which they will be read.
        find: asks one.
        folder: for files.
    """
    me = str(job.job_result.pk)
    with ExitStack() as stack:
        with helping.living(me):
            runs = helping.start(job, helpers, job.serialize_data(inputs))
            own, rest = folder / "own.jsonl", folder / "rest.jsonl"
            mine = _ask(job, checks, find, own, lambda check: helping.take(me, check.id, me), progress=True)
            theirs = helping.gather(me, [check.id for check in checks if check.id not in mine], runs)
            where = {check: number for number, result in enumerate(theirs, 2) for check in result.result["asked"]}
            where |= dict.fromkeys(mine, 0)
            missing = [check for check in checks if check.id not in where]
            where |= dict.fromkeys(_ask(job, missing, find, rest, lambda check: True), 1)
        job.logger.info(
            "%d checks were asked by this run, %d by %d helpers.",
            len(mine) + len(missing),
            len(checks) - len(mine) - len(missing),
            len(theirs),
            extra=helping.GROUPING,
        )
        files: list[IO[bytes]] = [stack.enter_context(path.open("rb")) for path in (own, rest)]
        files += [stack.enter_context(attached(result, helping.FILE)) for result in theirs]
        yield Asked([iter(file) for file in files], where)
    helping.tidy(me, [check.id for check in checks], theirs)


def _ask(
    job: Job, checks: Sequence[Check], find: Find, path: Path, take: Callable[[Check], bool], *, progress: bool = False
) -> list[str]:
    """Ask those checks that can be taken, and write down what they find; returns their ids."""
    asked = []
    with path.open("w", encoding="utf-8") as file:
        for number, check in enumerate(checks, 1):
            if take(check):
                _write(job, check, find, file)
                asked.append(check.id)
            # Four lines, not one for each check.
            if progress and number * 4 // len(checks) > (number - 1) * 4 // len(checks):
                job.logger.info(
                    "%d of %d checks are asked, or being asked.", number, len(checks), extra=helping.GROUPING
                )
    return asked


def _write(job: Job, check: Check, find: Find, file: IO[str]) -> None:
    started, error = time.perf_counter(), None
    file.write(json.dumps({"check": check.id}) + "\n")
    try:
        for finding in find(check):
            record = [getattr(finding, name) for name in _FIELDS[:-2]]
            file.write(json.dumps([*record, dict(finding.details), finding.key]) + "\n")
    except SoftTimeLimitExceeded:
        raise
    except Exception as problem:  # one broken check must not cost the findings of all others
        error = f"{type(problem).__name__}: {problem}"
        job.logger.exception("The check could not finish.", extra={"grouping": check.id})
    file.write(json.dumps({"seconds": time.perf_counter() - started, "error": error}) + "\n")
