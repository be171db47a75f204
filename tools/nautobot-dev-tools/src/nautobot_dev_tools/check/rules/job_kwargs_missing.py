"""Jobs are started with the arguments that Nautobot 3.2 wants."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, Rule
from ..starting import starts
from ..versions import comes_to


class JobKwargsMissing(Rule):
    """What starts Jobs wants `job_kwargs` since Nautobot 3.2, also for a Job that has no variables.

    `JobResult.enqueue_job()`, `JobResult.execute_job()`, `ScheduledJob.create_schedule()` and
    `run_job_for_testing()` raise a `ValueError` without it, unless they get arguments for the Job in the old way.

    Before 3.2 there is no such argument: who serves both asks for the version.
    """

    id = "JOB705"
    name = "job-kwargs-missing"
    severity = ERROR
    title = "A Job is started without `job_kwargs`"
    bad = '''"""Starts."""

from nautobot.extras.models import JobResult


def start(job, user):
    """Start it."""
    return JobResult.enqueue_job(job, user)
'''
    good = '''"""Starts."""

from nautobot.extras.models import JobResult


def start(job, user):
    """Start it."""
    return JobResult.enqueue_job(job, user, job_kwargs={})
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find calls without arguments for the Job."""
        if not comes_to(context, 3, 2):
            return
        for module, call, name, spread in starts(context):
            if not spread:
                yield context.found(
                    module, call, f"Nautobot 3.2 raises a ValueError here: give {name}() job_kwargs={{}}."
                )
