"""The variable of the dry run has one name."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, Rule


class DryrunMisnamed(Rule):
    """Nautobot takes a Job for one with a dry run if its variable `dryrun` is a `DryRunVar`.

    Under another name it is a plain checkbox that is not ticked: `Meta.dryrun_default` does nothing, and dry runs need an approval too.
    """

    id = "JOB311"
    name = "dryrun-misnamed"
    severity = ERROR
    title = "A `DryRunVar` is not called `dryrun`"
    bad = '''"""Renames."""

from nautobot.apps.jobs import DryRunVar, Job


class Rename(Job):
    """Renames nothing yet."""

    dry_run = DryRunVar()

    class Meta:
        name = "Rename"
        has_sensitive_variables = False

    def run(self, *, dry_run):
        """Say what would be renamed."""
        self.logger.info("Nothing to rename: %s", dry_run)
'''
    good = bad.replace("dry_run", "dryrun")

    def check(self, context: Context) -> Iterator[Found]:
        """Find others."""
        seen = set()
        for job in context.jobs:
            for variable in job.variables.values():
                if variable.kind == "DryRunVar" and variable.name != "dryrun" and variable.node not in seen:
                    seen.add(variable.node)
                    yield context.found(
                        variable.module,
                        variable.node,
                        f"Call {variable.name} `dryrun`: Nautobot knows the dry run by that name only.",
                    )
