"""Approvals are no business of the code any more."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import WARNING, Found, Rule


class ApprovalRequired(Rule):
    """Nautobot 3.0 and newer do not look at `Meta.approval_required`.

    A Job that needed an approval on 2.4 runs without one after the upgrade, and nothing says so. There, approval workflows decide which Jobs
    have to be approved by whom. The attribute is in place only where a repository supports 2.4 alone.
    """

    id = "JOB314"
    name = "approval-required"
    severity = WARNING
    title = "`Meta.approval_required` means nothing on Nautobot 3"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job


class Greeting(Job):
    """Says hello."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False
        approval_required = True

    def run(self):
        """Say it."""
        self.logger.info("Hello")
'''
    good = bad.replace("        approval_required = True\n", "")

    def check(self, context: Context) -> Iterator[Found]:
        """Find it, unless the repository says that it runs on Nautobot 2 alone."""
        supported = context.settings.get("nautobot")
        if supported and all(str(version).startswith("2.") for version in supported):
            return
        for job in context.jobs:
            for name, node in context.meta_statements(job):
                if name == "approval_required":
                    message = "Nautobot 3 does not look at it, and runs the Job without approval: make an approval workflow for the Job there."
                    yield context.found(job.module, node, message)
