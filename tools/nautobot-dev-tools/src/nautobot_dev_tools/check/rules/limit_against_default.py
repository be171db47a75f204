"""A limit and the worker's other one."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import WARNING, Found, Rule

# CELERY_TASK_SOFT_TIME_LIMIT and CELERY_TASK_TIME_LIMIT of nautobot.core.settings, in seconds.
SOFT, HARD = 300, 600


class LimitAgainstDefault(Rule):
    """Where a Job states one limit only, the other is the worker's: 300 s soft, 600 s hard unless an administrator has set others.

    A soft limit of 900 s alone is never reached: the worker kills the Job at 600 s. State both.
    """

    id = "JOB316"
    name = "limit-against-default"
    severity = WARNING
    title = "Only one time limit is stated, and it does not fit the default of the other"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job


class Greeting(Job):
    """Says hello."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False
        soft_time_limit = 900

    def run(self):
        """Say it."""
        self.logger.info("Hello")
'''
    good = bad.replace("= 900", "= 900\n        time_limit = 1000")

    def check(self, context: Context) -> Iterator[Found]:
        """Compare a lone limit with the default."""
        for job in context.jobs:
            if job.own_meta is None:
                continue  # it is its base's
            soft, hard = job.meta.get("soft_time_limit", 0), job.meta.get("time_limit", 0)
            node = job.own_meta
            if hard == 0 and isinstance(soft, int) and soft >= HARD:
                yield context.found(
                    job.module,
                    node,
                    f"Without a time_limit the worker kills the Job after {HARD} s, before its soft limit: state both.",
                )
            elif soft == 0 and isinstance(hard, int) and 0 < hard <= SOFT:
                message = f"Without a soft_time_limit it is {SOFT} s, and the Job is killed after {hard} s without warning: state both."
                yield context.found(job.module, node, message)
