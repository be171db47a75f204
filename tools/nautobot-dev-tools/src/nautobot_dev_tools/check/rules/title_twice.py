"""Titles are unique."""

from __future__ import annotations

from collections.abc import Iterator

from ...source.contracts import Job
from ..context import Context
from ..rule import WARNING, Found, Rule


class TitleTwice(Rule):
    """The names of Jobs are unique in Nautobot: the second of one name becomes *Name (2)*, in the order of syncs.

    Users cannot tell them apart. Nautobot keeps the number as an override, so that a better `Meta.name` later changes nothing.
    """

    id = "JOB209"
    name = "title-twice"
    severity = WARNING
    title = "Two registered Jobs have the same `Meta.name`"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job


class Greeting(Job):
    """Says hello."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    def run(self):
        """Say it."""
        self.logger.info("Hello")


class Farewell(Job):
    """Says good-bye."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    def run(self):
        """Say it."""
        self.logger.info("Good-bye")
'''
    good = bad.replace(
        '"""Says good-bye."""\n\n    class Meta:\n        name = "Greeting"',
        '"""Says good-bye."""\n\n    class Meta:\n        name = "Farewell"',
    )

    def check(self, context: Context) -> Iterator[Found]:
        """Find titles that an earlier Job has."""
        first: dict[str, Job] = {}
        for job in context.jobs:
            if job.registered and isinstance(job.title, str):
                other = first.setdefault(job.title, job)
                if other is not job:
                    message = f"{other.path} is called {job.title!r} too; Nautobot would number one of them."
                    yield context.found(job.module, job.own_meta or job.node, message)
