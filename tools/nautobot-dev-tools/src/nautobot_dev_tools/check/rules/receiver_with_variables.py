"""Receivers have no form."""

from __future__ import annotations

from collections.abc import Iterator

from ...source.contracts import JOB
from ..context import Context
from ..rule import ERROR, Found, Rule


class ReceiverWithVariables(Rule):
    """Nobody fills in a form when a hook fires or a button is pressed: Nautobot gives a receiver its object, and nothing else.

    Its variables never have a value, not even their default. What a receiver has to know, it asks the object, its config context or a secret for.
    """

    id = "JOB333"
    name = "receiver-with-variables"
    severity = ERROR
    title = "A `JobHookReceiver` or `JobButtonReceiver` has variables, which never get a value"
    bad = '''"""Hello."""

from nautobot.apps.jobs import JobButtonReceiver, StringVar


class Greeting(JobButtonReceiver):
    """Says hello to an object."""

    language = StringVar(description="In which language.", default="en")

    class Meta:
        name = "Greeting"

    def receive_job_button(self, obj):
        """Say it."""
        self.logger.info("Hello in %s", self.language, extra={"object": obj})
'''
    good = (
        bad.replace(", StringVar", "")
        .replace('    language = StringVar(description="In which language.", default="en")\n\n', "")
        .replace(' in %s", self.language', '"')
    )

    def check(self, context: Context) -> Iterator[Found]:
        """Find them."""
        for job in context.jobs:
            for variable in job.variables.values() if job.kind != JOB else ():
                if variable.name not in ("object_change", "object_pk", "object_model_name"):
                    message = f"{job.name} has no form: {variable.name} never gets a value. Take it from the object, or make it a constant."
                    yield context.found(variable.module, variable.node, message)
