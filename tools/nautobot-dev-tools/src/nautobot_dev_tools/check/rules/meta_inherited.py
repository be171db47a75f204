"""A Job's Meta is its own."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context, bound_names
from ..rule import WARNING, Found, Rule


class MetaInherited(Rule):
    """A Job without `class Meta` has that of its base: its name too, so that Nautobot calls one of the two *Name (2)*.

    It also has what the base decides about dry run, secrets and time, and who reads the Job sees none of it.
    """

    id = "JOB306"
    name = "meta-inherited"
    severity = WARNING
    title = "A registered Job has no `class Meta` of its own, but that of its base"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job


class BaseGreeting(Job):
    """What all greetings have."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False


class Greeting(BaseGreeting):
    """Says hello."""

    def run(self):
        """Say it."""
        self.logger.info("Hello")
'''
    good = '''"""Hello."""

from nautobot.apps.jobs import Job


class BaseGreeting(Job):
    """What all greetings have."""


class Greeting(BaseGreeting):
    """Says hello."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    def run(self):
        """Say it."""
        self.logger.info("Hello")
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find registered Jobs that have only an inherited one."""
        for job in context.jobs:
            if job.registered and job.own_meta is None and job.meta and "Meta" not in bound_names(job.node):
                yield context.found(
                    job.module,
                    job.node,
                    f"{job.name} takes the whole `class Meta` of its base: give it one of its own.",
                )
