"""A Job says what it is."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import WARNING, Found, Rule


class MetaMissing(Rule):
    """Without `class Meta` a Job is called as its class is, has no description, may not be scheduled, and runs as long as the worker allows.

    None of that is ever what its author has decided.
    """

    id = "JOB305"
    name = "meta-missing"
    severity = WARNING
    title = "A registered Job has no `class Meta`"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job


class Greeting(Job):
    """Says hello."""

    def run(self):
        """Say it."""
        self.logger.info("Hello")
'''
    good = bad.replace(
        "    def run",
        '    class Meta:\n        name = "Greeting"\n        has_sensitive_variables = False\n\n    def run',
    )

    def check(self, context: Context) -> Iterator[Found]:
        """Find registered Jobs without any, unless a base that is not in the repository may have one."""
        for job in context.jobs:
            if (
                job.registered
                and job.own_meta is None
                and not job.meta
                and not job.outside
                and not context.may_have(job, "Meta")
            ):
                yield context.found(
                    job.module, job.node, f"Give {job.name} a `class Meta`: name, description, has_sensitive_variables."
                )
