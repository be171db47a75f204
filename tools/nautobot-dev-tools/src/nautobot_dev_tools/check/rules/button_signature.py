"""How Nautobot calls a button."""

from __future__ import annotations

from collections.abc import Iterator

from ...source.contracts import BUTTON
from ..context import Context
from ..rule import ERROR, Found, Rule
from ..signatures import keyword_problem


class ButtonSignature(Rule):
    """Nautobot calls `receive_job_button(obj=…)`, with this name.

    Another name, or no such method, ends every press of the button with an error.
    """

    id = "JOB331"
    name = "button-signature"
    severity = ERROR
    title = "The `receive_job_button()` of a `JobButtonReceiver` is missing, or takes other parameters"
    bad = '''"""Hello."""

from nautobot.apps.jobs import JobButtonReceiver


class Greeting(JobButtonReceiver):
    """Says hello to an object."""

    class Meta:
        name = "Greeting"

    def receive_job_button(self, device):
        """Say it."""
        self.logger.info("Hello", extra={"object": device})
'''
    good = bad.replace("device", "obj")

    def check(self, context: Context) -> Iterator[Found]:
        """Compare the method that counts."""
        for job in context.jobs:
            if job.kind == BUTTON and not context.is_base(job):
                yield from keyword_problem(context, job, "receive_job_button", ("obj",))
                if "run" in job.methods:
                    yield from keyword_problem(context, job, "run", ("object_pk", "object_model_name"))
