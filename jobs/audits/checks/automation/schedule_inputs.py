"""EXTRAS-SCHEDULE-005: schedule whose inputs no longer fit."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from nautobot.apps.jobs import get_job

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.inputs import misfits


class ScheduleInputs(Check):
    """Schedules whose stored inputs their Job would refuse."""

    id = "EXTRAS-SCHEDULE-005"
    title = "Schedule whose inputs no longer fit"
    severity = Severity.HIGH
    model = "extras.scheduledjob"
    description = (
        "The schedule is enabled, and of the inputs that it stores at least one does not fit the form of its Job: the "
        "variable was renamed or removed, a required one was added, a choice is no longer offered, a selected object or "
        "file was deleted. Nautobot does not look until it runs, and then the run fails or does something else than was "
        "meant. Values are not told. Jobs that are not installed are told by EXTRAS-SCHEDULE-002."
    )
    remedy = "Schedule the Job again with inputs that fit, and delete this schedule: inputs cannot be edited."
    tags = ("automation", "job")
    since = "0.2.0"
    bad = '"Audit Paris, daily" selects a location that was deleted.'
    good = '"Audit Lyon, daily" selects one that is there, and leaves out a variable that was added with a default.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Enabled schedules by their Job's variables; objects are asked for once a model."""
        rows = {row["pk"]: row for row in self.rows(objects.filter(enabled=True), "task", "kwargs")}
        jobs = {task: get_job(task) for task in {row["task"] for row in rows.values()}}
        stored = [
            (pk, jobs[row["task"]], row["kwargs"] or {}) for pk, row in rows.items() if jobs[row["task"]] is not None
        ]
        found: dict[object, list[tuple[str, str]]] = {pk: [] for pk in rows}
        for pk, variable, problem in misfits(stored):
            found[pk].append((variable, problem))
        for pk, problems in found.items():
            for variable, problem in problems:
                yield self.finding(
                    rows[pk],
                    context,
                    f"Stored input {variable}: {problem}.",
                    key=variable,
                    details={"variable": variable},
                )
