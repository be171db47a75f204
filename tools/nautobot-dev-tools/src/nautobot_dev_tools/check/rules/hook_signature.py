"""How Nautobot calls a hook."""

from __future__ import annotations

from collections.abc import Iterator

from ...source.contracts import HOOK
from ..context import Context
from ..rule import ERROR, Found, Rule
from ..signatures import keyword_problem


class HookSignature(Rule):
    """Nautobot calls `receive_job_hook(change=…, action=…, changed_object=…)`, with these names.

    Other names, or no such method, end every run of the hook with an error that nobody sees until they look at the results of Jobs.
    """

    id = "JOB330"
    name = "hook-signature"
    severity = ERROR
    title = "The `receive_job_hook()` of a `JobHookReceiver` is missing, or takes other parameters"
    bad = '''"""Hello."""

from nautobot.apps.jobs import JobHookReceiver


class Greeting(JobHookReceiver):
    """Says hello to what has changed."""

    class Meta:
        name = "Greeting"

    def receive_job_hook(self, change, action, obj):
        """Say it."""
        self.logger.info("Hello", extra={"object": obj})
'''
    good = bad.replace("obj)", "changed_object)").replace('": obj}', '": changed_object}')

    def check(self, context: Context) -> Iterator[Found]:
        """Compare the method that counts."""
        for job in context.jobs:
            if job.kind == HOOK and not context.is_base(job):
                wanted = ("change", "action", "changed_object")
                yield from keyword_problem(context, job, "receive_job_hook", wanted)
                if "run" in job.methods:
                    yield from keyword_problem(context, job, "run", ("object_change",))
