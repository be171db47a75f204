"""Does what runs by itself still run, and in time?"""

from __future__ import annotations

from nautobot.apps.jobs import BooleanVar, Job

from ..toolkit.audit import Audit
from ..toolkit.scope import ScopeMixin
from ..toolkit.selection import AuditMixin, checks_variable
from .checks import automation
from .checks.automation import GitBehind
from .checks.hygiene import DeadJobButton, DeadJobHook, DeadSchedule

name = "Audits"

CHECKS = (*automation.CHECKS, DeadJobButton, DeadJobHook, DeadSchedule)


class AutomationHealth(AuditMixin, ScopeMixin, Job):
    """Checks Nautobot's own automation: Jobs, runs, schedules, job hooks, job buttons, queues, workers, repositories.

    Tells what fails, hangs, waits, is overdue, was never run, or takes longer than it did; schedules whose owner is gone or
    whose inputs no longer fit; job hooks that are skipped for lack of permission; Jobs whose code is gone, and what
    hangs on them; queues that no worker serves; and, with *Ask Git remotes*, repositories behind their remote.

    Jobs and runs belong nowhere: select *Everything*. Which checks there are, with their exact rules, examples and
    parameters, is told in the documentation and in the report.

    **Changes:** nothing; with *Record as data compliance*, Nautobot's records of that name.
    **Produces:** `report.html`, for people; `findings.csv`, for spreadsheets; `findings.json`, for machines; further
    formats on demand; a log with the most severe findings, each linked to its object. The result counts findings by
    severity and check, and has the score. The Job fails if there is a finding of the severity selected in *Fail at*.
    **Needs:** the permission `extras.view_job`; checks of other models are left out where you may not view them.
    """

    checks = checks_variable(CHECKS)
    ask_remotes = BooleanVar(
        label="Ask Git remotes",
        default=False,
        description="Ask the remote of each Git repository which commit it has, with the credentials of its secrets group.",
    )

    class Meta:
        name = "Automation health"
        description = (
            "Jobs, runs, schedules, hooks, queues and repositories: what fails, hangs, is overdue or left behind."
        )
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(self, **options):
        """Run the checks selected over the objects selected."""
        if options.pop("ask_remotes", False):
            parameters = dict(options.get("parameters") or {})
            given = parameters.get(GitBehind.id) or {}
            options["parameters"] = {**parameters, GitBehind.id: {**given, "ask": True}}
        return Audit(self, CHECKS, needs=("extras.job",)).run(**options)
