"""A receiver is of one kind."""

from __future__ import annotations

from collections.abc import Iterator

from ...source.modules import JOBS
from ..context import Context
from ..rule import ERROR, Found, Rule


class HookAndButton(Rule):
    """Nautobot makes no record of a class that inherits from both kinds of receiver: their `run()` take different arguments.

    What both do belongs in a function or mixin.
    """

    id = "JOB210"
    name = "hook-and-button"
    severity = ERROR
    title = "A class is both a `JobHookReceiver` and a `JobButtonReceiver`, so Nautobot does not keep it"
    bad = '''"""Hello."""

from nautobot.apps.jobs import JobButtonReceiver, JobHookReceiver


class Greeting(JobHookReceiver, JobButtonReceiver):
    """Says hello."""

    class Meta:
        name = "Greeting"

    def receive_job_hook(self, change, action, changed_object):
        """Say it to what changed."""
        self.logger.info("Hello", extra={"object": changed_object})

    def receive_job_button(self, obj):
        """Say it to the object."""
        self.logger.info("Hello", extra={"object": obj})
'''
    good = '''"""Hello."""

from nautobot.apps.jobs import JobButtonReceiver


class Greeting(JobButtonReceiver):
    """Says hello."""

    class Meta:
        name = "Greeting"

    def receive_job_button(self, obj):
        """Say it to the object."""
        self.logger.info("Hello", extra={"object": obj})
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find classes with both ancestors."""
        both = {f"{JOBS}.JobHookReceiver", f"{JOBS}.JobButtonReceiver"}
        for job in context.jobs:
            if both <= set(context.contract.ancestors(job.module, job.node)):
                yield context.found(
                    job.module,
                    job.node,
                    f"Nautobot does not keep {job.name}: make a hook and a button of it, two classes.",
                )
