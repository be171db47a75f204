"""Jobs speak through their logger."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import NOTE, Found, Rule


class PrintInJob(Rule):
    """What a Job prints goes to the output of the worker's process, and not to the Job's page.

    Only since Nautobot 3.1, and only where a run asks for its console log, can the user read it. `self.logger` is kept with the
    Job's result, with its level and the object that it is about.
    """

    id = "JOB509"
    name = "print-in-job"
    severity = NOTE
    title = "A Job prints"
    bad = '''"""Greets."""

from nautobot.apps.jobs import Job

name = "Examples"


class Greet(Job):
    """Greets."""

    class Meta:
        name = "Greet"
        description = "Greets."
        has_sensitive_variables = False

    def run(self):
        """Greet."""
        print("Hello")
'''
    good = '''"""Greets."""

from nautobot.apps.jobs import Job

name = "Examples"


class Greet(Job):
    """Greets."""

    class Meta:
        name = "Greet"
        description = "Greets."
        has_sensitive_variables = False

    def run(self):
        """Greet."""
        self.logger.info("Hello")
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find ``print`` in the methods of Jobs, unless it writes to a file."""
        for code in context.code:
            for call, name in code.calls:
                into_file = any(each.arg in ("file", None) for each in call.keywords)
                if name == "print" and not into_file and code.class_of(call) in code.jobs and code.function(call):
                    yield context.found(
                        code.module, call, "Nobody reads this on the Job's page: self.logger.info(...)."
                    )
