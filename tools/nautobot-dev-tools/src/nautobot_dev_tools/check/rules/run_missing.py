"""A Job does something."""

from __future__ import annotations

from collections.abc import Iterator

from ...source.contracts import JOB
from ..context import Context
from ..rule import ERROR, Found, Rule


class RunMissing(Rule):
    """Nautobot shows and starts whatever is registered; without a `run()` each run ends with `NotImplementedError`.

    A class that is meant as a base of others should not be registered.
    """

    id = "JOB302"
    name = "run-missing"
    severity = ERROR
    title = "A registered Job has no `run()`"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job


class Greeting(Job):
    """Says hello."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False
'''
    good = (
        bad
        + '''
    def run(self):
        """Say it."""
        self.logger.info("Hello")
'''
    )

    def check(self, context: Context) -> Iterator[Found]:
        """Find registered Jobs without, unless a base that is not in the repository may have one."""
        for job in context.jobs:
            if (
                job.kind == JOB
                and job.registered
                and "run" not in job.methods
                and not job.outside
                and not context.may_have(job, "run")
            ):
                yield context.found(
                    job.module, job.node, f"{job.name} has no run(); give it one, or do not register it."
                )
