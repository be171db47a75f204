"""The engine of all Jobs that change the source of truth: a plan is made, executed for real, and kept or rolled back.

A Job mixes in `ChangeMixin`, plans in a method of its own, and hands that to the engine:

    class Rename(ChangeMixin, DeviceScopeMixin, Job):
        def run(self, *, template, dryrun=True, only_if="", **selection):
            return Changes(self, needs={"dcim.device": ("view", "change")}).run(
                lambda plan: self._plan(plan, template, selection), dryrun=dryrun, only_if=only_if
            )

Whatever happens, all of it is done or nothing: everything is in one transaction, the file that takes it back included.
A dry run is the same with a rollback at its end, so that validation, signals, constraints and permissions have been
asked. The method that plans may be called more than once and has to plan the same for the same database: it sorts what
it goes through, and keeps nothing on the Job.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.apps import apps
from django.db import transaction
from django.forms import CheckboxInput
from django.http import QueryDict
from django.utils import timezone
from nautobot.apps.exceptions import AbortTransaction
from nautobot.apps.jobs import BooleanVar, DryRunVar, Job, StringVar

from .access import RefusalError, require
from .attachments import attach
from .compat import change_log_postponed, change_request_id, forget_logged_changes
from .execution import Execution
from .journal import FILE_NAME, SCHEMA
from .plan import CREATE, UPDATE, Plan, Problem
from .plan_files import Names, Outcome, differences, find_reviewed, write_csv, write_json
from .plan_html import write_html

_MOST_LOGGED = 20
_MOST_PROBLEMS_LOGGED = 50
_MOST_REMARKS_LOGGED = 50
_GROUPING = {"grouping": "plan"}


class Tick(CheckboxInput):
    """A box that counts as ticked where nobody has sent it.

    A browser does not send a box whose tick was taken away. A caller of the REST API who leaves `dryrun` out says nothing,
    and Nautobot would take that for "apply".
    """

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """What was sent; a tick if nothing was."""
        if name not in data and not isinstance(data, QueryDict):
            return True
        return super().value_from_datadict(data, files, name)


class ChangeMixin:
    """Variables that all changing Jobs have. They come last in the form: mix this in before the scope's mixin."""

    only_if = StringVar(
        label="Only if the plan is still",
        required=False,
        regex=r"^\s*[0-9a-f]{20}\s*$",
        description="The fingerprint of a dry run that was reviewed. If what would be done is no longer the same, nothing "
        "is done, and the log tells what differs.",
    )
    dryrun = DryRunVar(description="Do everything, report it, and undo it. Untick to apply.", widget=Tick)


class RowsMixin(ChangeMixin):
    """Variables of changing Jobs whose request is a list of independent rows."""

    keep_good = BooleanVar(
        label="Apply the good rows",
        default=False,
        description="Do what can be done, and report the rows that cannot. Otherwise one bad row stops all of them.",
    )


class Changes:
    """Executes the plan of one run.

    Args:
        job: the Job that runs.
        needs: labels of models to the actions that the user needs for them at all ("view", "add", "change", "delete"):
            whoever lacks one is told so before anything is read. What each object takes is asked later, by object.
    """

    def __init__(self, job: Job, *, needs: Mapping[str, Sequence[str]]) -> None:
        self.job = job
        self.needs = needs

    def run(
        self,
        planner: Callable[[Plan], Any],
        *,
        request: str = "",
        dryrun: bool = True,
        only_if: str | None = None,
        keep_good: bool = False,
    ) -> dict[str, Any]:
        """Plan, execute, and attach `plan.html`, `plan.csv` and `plan.json`; when applied, `undo.json` too.

        The Job fails when something that was asked for cannot be done; nothing is written then, except with `keep_good`
        for the rows that can.

        Args:
            planner: fills the plan that it is given; see the module's docstring.
            request: what was asked for, in words, for the files.
            dryrun: roll back at the end.
            only_if: fingerprint that the plan has to have.
            keep_good: leave out rows that cannot be done instead of refusing all.

        Returns:
            counts: `changes`, of which `created`, `updated`, `deleted`; `unchanged`, `problems`; `applied`, whether they
            are in the database now; and the `fingerprint`. When refused: `changes`, which is 0, and `refused`, the reason.
        """
        try:
            for label, actions in self.needs.items():
                require(self.job.user, apps.get_model(label), *actions)
            outcome = Outcome(self.job, request, timezone.now(), dryrun)
            with TemporaryDirectory() as folder:
                self._settle(outcome, planner, dryrun, (only_if or "").strip(), keep_good, Path(folder))
                self._attach(outcome, Path(folder))
        except RefusalError as refusal:
            self.job.fail("%s", refusal, extra=_GROUPING)
            return {"changes": 0, "applied": False, "refused": str(refusal)}
        self._log(outcome)
        return outcome.counts()

    def _settle(
        self,
        outcome: Outcome,
        planner: Callable[[Plan], Any],
        dryrun: bool,
        only_if: str,
        keep_good: bool,
        folder: Path,
    ) -> None:
        """Execute the plan, with `keep_good` again without the rows that failed, until there is nothing to leave out."""
        left_out: list[Problem] = []
        while True:
            attempt = Execution(self.job, planner, {problem.row for problem in left_out})
            applied = False
            try:
                with change_log_postponed() if dryrun else nullcontext(), transaction.atomic():
                    attempt.make()
                    outcome.take(attempt.plan, left_out)
                    if only_if and only_if != outcome.fingerprint:
                        raise _changed_since(self.job, only_if, outcome)
                    attempt.execute()
                    outcome.take(attempt.plan, left_out)
                    outcome.names, outcome.along = attempt.names, attempt.along
                    problems = attempt.new_problems
                    if dryrun or problems or not attempt.plan.changes:
                        raise AbortTransaction
                    # In the transaction: what is applied can be taken back, whatever happens afterwards.
                    self._attach_undo(outcome, attempt, folder)
                    applied = True
            except AbortTransaction:
                pass
            finally:
                if not applied:
                    forget_logged_changes()
            outcome.applied = applied
            if not (keep_good and problems and all(problem.row for problem in problems)):
                return
            left_out += problems

    def _attach_undo(self, outcome: Outcome, attempt: Execution, folder: Path) -> None:
        head = {
            "schema": SCHEMA,
            "job": self.job.class_path,
            "title": self.job.name,
            "user": str(self.job.user),
            "request_id": change_request_id(),
            "time": outcome.started.isoformat(),
            "fingerprint": outcome.fingerprint,
        }
        path = folder / FILE_NAME
        write_json(path, {**head, **attempt.journal.content(attempt.names.get)})
        attach(self.job, path, FILE_NAME)

    def _attach(self, outcome: Outcome, folder: Path) -> None:
        if outcome.plan.changes or outcome.problems or outcome.plan.remarks:
            for name, write in (("plan.html", write_html), ("plan.csv", write_csv)):
                write(folder / name, outcome)
                attach(self.job, folder / name, name)
            write_json(folder / "plan.json", outcome.as_json())
            attach(self.job, folder / "plan.json", "plan.json")

    def _log(self, outcome: Outcome) -> None:
        log = self.job.logger
        remarks = outcome.plan.remarks
        for remark in remarks[:_MOST_REMARKS_LOGGED]:
            log.info("%s", remark, extra=_GROUPING)
        if len(remarks) > _MOST_REMARKS_LOGGED:
            more = len(remarks) - _MOST_REMARKS_LOGGED
            log.info("%d more remarks; the attached files have all.", more, extra=_GROUPING)
        for problem in outcome.problems[:_MOST_PROBLEMS_LOGGED]:
            log.failure("%s", problem, extra={"grouping": "problems"})
        if len(outcome.problems) > _MOST_PROBLEMS_LOGGED:
            more = len(outcome.problems) - _MOST_PROBLEMS_LOGGED
            log.failure("%d more problems; the attached files have all.", more, extra={"grouping": "problems"})
        self._log_changes(outcome)
        if outcome.problems:
            done = "The good rows were applied." if outcome.applied else "Nothing was changed."
            self.job.fail("%d problems. %s", len(outcome.problems), done, extra=_GROUPING)
        elif not outcome.plan.changes:
            log.success("Nothing to change: %d already as requested.", outcome.plan.unchanged, extra=_GROUPING)

    def _log_changes(self, outcome: Outcome) -> None:
        changes = outcome.plan.changes
        if not changes:
            return
        for change in changes[:_MOST_LOGGED]:
            links = outcome.applied if change.action == CREATE else change.action == UPDATE
            extra = {**_GROUPING, **({"object": change.obj} if links else {})}
            self.job.logger.info("%s", outcome.in_words(change), extra=extra)
        lines = [outcome.summary()]
        if len(changes) > _MOST_LOGGED:
            lines[0] += f" {len(changes) - _MOST_LOGGED} of the changes are not logged; the attached files have all."
        verbs = Counter((change.verb, change.label) for change in changes)
        lines += ["", "| Change | Model | Objects |", "|---|---|---|"]
        lines += [f"| {verb} | {_noun(label)} | {count} |" for (verb, label), count in verbs.items()]
        lines += [f"| delete along | {_noun(label)} | {count} |" for label, count in outcome.along.items()]
        if outcome.applicable:
            lines += ["", f"Fingerprint: `{outcome.fingerprint}`"]
        log = self.job.logger.success if outcome.applied else self.job.logger.info
        log("%s", "\n".join(lines), extra=_GROUPING)


def _noun(label: str) -> str:
    return str(apps.get_model(label)._meta.verbose_name)


def _changed_since(job: Job, fingerprint: str, outcome: Outcome) -> RefusalError:
    message = (
        f"The plan is {outcome.fingerprint} now, not {fingerprint}: the source of truth or the request has changed since "
        "the review. Nothing was changed. Make a dry run, and review it again."
    )
    reviewed = find_reviewed(job, fingerprint)
    if reviewed is None:
        return RefusalError(f"{message} (No run of this Job that you may view has that fingerprint.)")
    outcome.names = Names(change.key for change in outcome.plan.changes)
    outcome.names.add_values(outcome.plan.changes)
    return RefusalError(f"{message}\n" + "\n".join(differences(reviewed, outcome)))
