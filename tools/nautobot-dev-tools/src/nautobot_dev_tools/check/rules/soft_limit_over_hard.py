"""The soft limit comes first."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, Rule


class SoftLimitOverHard(Rule):
    """At the soft limit the Job gets an exception and can clean up; at the hard limit its process is killed.

    Where the hard one is not the later, the soft one never comes: the Job dies without a word in its log, and its result stays *started*.
    """

    id = "JOB315"
    name = "soft-limit-over-hard"
    severity = ERROR
    title = "`soft_time_limit` is not below `time_limit`"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job


class Greeting(Job):
    """Says hello."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False
        soft_time_limit = 600
        time_limit = 300

    def run(self):
        """Say it."""
        self.logger.info("Hello")
'''
    good = bad.replace(" = 600", " = 240")

    def check(self, context: Context) -> Iterator[Found]:
        """Compare limits that are both stated; zero stands for the worker's own."""
        for job in context.jobs:
            if job.own_meta is None:
                continue  # it is its base's
            soft, hard = job.meta.get("soft_time_limit"), job.meta.get("time_limit")
            if isinstance(soft, int) and isinstance(hard, int) and soft and hard and soft >= hard:
                message = f"The Job is killed after {hard} s, before its soft limit of {soft} s: the soft one has to be the lower."
                yield context.found(job.module, job.own_meta, message)
