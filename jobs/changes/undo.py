"""Take back what a changing Job has applied."""

from __future__ import annotations

import json
from typing import Any

from nautobot.apps.jobs import Job, ObjectVar
from nautobot.extras.models import JobResult

from ..toolkit.access import RefusalError, visible
from ..toolkit.attachments import attached
from ..toolkit.changes import ChangeMixin, Changes
from ..toolkit.journal import FILE_NAME, SCHEMA
from ..toolkit.plan import Plan
from ..toolkit.undoing import reverse

name = "Changes"


class UndoChange(ChangeMixin, Job):
    """Takes back what a changing Job of this collection has applied: the objects are again as they were before.

    What was created is deleted, what was changed gets its former values, and what was deleted comes back with its primary
    key, so that bookmarks, relationships and the change log still lead to it.

    It is refused if anybody has changed the same fields since, or something is attached to what would be deleted: the
    log names the objects, and who changed them when. What has been put back by hand already is left as it is, so that a
    second run changes nothing. An undo can be undone like any other change.

    **Changes:** what the chosen run has changed.
    **Produces:** `plan.html`, for people; `plan.csv`, for spreadsheets; `plan.json`, for machines; when applied,
    `undo.json`. The result counts `changes`, `unchanged` and `problems`, and has the `fingerprint` of the plan.
    **Needs:** the permission `extras.view_jobresult`; beyond it, to delete what is deleted, to change what is changed, and
    to add what comes back.
    """

    run_to_undo = ObjectVar(
        label="Run",
        model=JobResult,
        query_params={"status": "SUCCESS"},
        description="The run to take back. It has an attached undo.json.",
    )

    class Meta:
        name = "Undo a change"
        description = "Take back what a changing Job has applied."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(self, *, run_to_undo, dryrun=True, only_if=""):
        """Plan the reverse of the run, and execute it."""
        return Changes(self, needs={"extras.jobresult": ("view",)}).run(
            lambda plan: self._plan(plan, run_to_undo),
            request=f"Undo {run_to_undo.name} of {run_to_undo.date_created:%Y-%m-%d %H:%M}",
            dryrun=dryrun,
            only_if=only_if,
        )

    def _plan(self, plan: Plan, result: JobResult) -> None:
        if not visible(self.user, JobResult).filter(pk=result.pk).exists():
            raise RefusalError(f"Run: you may not view {result}.")
        reverse(plan, _journal_of(result), result)


def _journal_of(result: JobResult) -> dict[str, Any]:
    try:
        with attached(result, FILE_NAME) as file:
            data = json.load(file)
    except FileNotFoundError:
        raise RefusalError(
            f"Run: {result} has no {FILE_NAME}. Choose a run of a changing Job of this collection that was applied, "
            "not a dry run."
        ) from None
    if data.get("schema") != SCHEMA:
        raise RefusalError(f"Run: {FILE_NAME} of {result} has the format {data.get('schema')}, not {SCHEMA}.")
    return dict(data)
