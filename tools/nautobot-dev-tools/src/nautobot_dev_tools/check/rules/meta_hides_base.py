"""A Meta does not add to that of the base."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...source.contracts import Job
from ..context import Context
from ..rule import WARNING, Found, Rule
from .meta_attribute_unknown import ATTRIBUTES


class MetaHidesBase(Rule):
    """`class Meta` of a Job hides that of its base; what the base states there does not hold, since Python merges nothing.

    So a Job whose base says `has_sensitive_variables = False` cannot be scheduled if its own Meta says nothing about it. State it again, or inherit:
    `class Meta(BaseGreeting.Meta)`.
    """

    id = "JOB307"
    name = "meta-hides-base"
    severity = WARNING
    title = "The `class Meta` of a Job hides what that of its base states"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job


class BaseGreeting(Job):
    """What all greetings have."""

    class Meta:
        has_sensitive_variables = False
        soft_time_limit = 60


class Greeting(BaseGreeting):
    """Says hello."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    def run(self):
        """Say it."""
        self.logger.info("Hello")
'''
    good = bad.replace("    class Meta:\n        name", "    class Meta:\n        soft_time_limit = 60\n        name")

    def check(self, context: Context) -> Iterator[Found]:
        """Compare the Meta of each registered Job with those of its ancestors that are Jobs of the repository."""
        for job in context.jobs:
            if job.registered and job.own_meta is not None and not job.inherits_meta:
                lost = {
                    name for name in self._stated(context, job) if name in ATTRIBUTES - {"name", "description"}
                } - set(job.meta)
                if lost:
                    message = f"Its base's Meta states {', '.join(sorted(lost))}, which does not hold here: state it again, or inherit that Meta."
                    yield context.found(job.module, job.own_meta, message)

    def _stated(self, context: Context, job: Job) -> dict[str, Any]:
        for name in context.contract.ancestors(job.module, job.node)[1:]:
            base = context.contract.jobs.get(name)
            if base is not None and base.meta:
                return base.meta
        return {}
