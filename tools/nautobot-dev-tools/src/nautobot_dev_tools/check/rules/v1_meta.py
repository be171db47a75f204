"""class Meta of Nautobot 1."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, Rule


class V1Meta(Rule):
    """`commit_default` is `dryrun_default` since Nautobot 2.0, turned round, and means nothing any more. It needs a `DryRunVar` too.

    A Job with `commit_default = False`, which changed nothing unless its user ticked a box, changes data at every run now.
    """

    id = "JOB324"
    name = "v1-meta"
    severity = ERROR
    title = "`class Meta` has `commit_default`, which Nautobot 2.0 has removed"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job


class Greeting(Job):
    """Says hello."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False
        commit_default = False

    def run(self):
        """Say it."""
        self.logger.info("Hello")
'''
    good = bad.replace("        commit_default = False\n", "")

    def check(self, context: Context) -> Iterator[Found]:
        """Find it."""
        for job in context.jobs:
            for name, node in context.meta_statements(job):
                if name == "commit_default":
                    message = "Nautobot 2 and newer do not look at it: a variable `dryrun = DryRunVar()` and `dryrun_default` take its place."
                    yield context.found(job.module, node, message)
