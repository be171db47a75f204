"""Arguments for a Job are kept apart from those of what starts it."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import NOTE, Found, Rule
from ..starting import starts
from ..versions import starts_at


class JobKwargsSpread(Rule):
    """Until Nautobot 3.2 what a Job gets was given among the arguments of what starts it.

    `enqueue_job()`, `execute_job()`, `create_schedule()` and `run_job_for_testing()` still take that, with a
    warning, and a later version will not: a variable called `user` or `profile` could never be given so.

    Before 3.2 there is no other way: a repository that says it is for older versions too may keep it.
    """

    id = "JOB706"
    name = "job-kwargs-spread"
    severity = NOTE
    title = "Arguments for a Job are given among those of what starts it"
    bad = '''"""Starts."""

from nautobot.extras.models import JobResult


def start(job, user, location):
    """Start it."""
    return JobResult.enqueue_job(job, user, location=location.pk)
'''
    good = '''"""Starts."""

from nautobot.extras.models import JobResult


def start(job, user, location):
    """Start it."""
    return JobResult.enqueue_job(job, user, job_kwargs={"location": location.pk})
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find calls with arguments for the Job."""
        if not starts_at(context, 3, 2):
            return
        for module, call, name, spread in starts(context):
            if spread:
                inside = ", ".join(f'"{each}": ...' for each in spread)
                yield context.found(module, call, f"Nautobot 3.2 warns of this: give {name}() job_kwargs={{{inside}}}.")
