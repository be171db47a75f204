"""Variables are described."""

from __future__ import annotations

from collections.abc import Iterator

from ...source.contracts import JOB, VARIABLES
from ..context import Context
from ..rule import NOTE, Found, Rule


class VariableUndescribed(Rule):
    """The description stands below the field of the form, and is all that most users ever read about it.

    It says what happens if the field is left empty, in which format a text is, and what a switch does.
    """

    id = "JOB304"
    name = "variable-undescribed"
    severity = NOTE
    title = "A variable has no description"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job, StringVar


class Greeting(Job):
    """Says hello."""

    who = StringVar()

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    def run(self, *, who):
        """Say it."""
        self.logger.info("Hello, %s", who)
'''
    good = bad.replace("StringVar()", 'StringVar(description="Whom to greet.")')

    def check(self, context: Context) -> Iterator[Found]:
        """Find variables of forms without; classes of variables that the repository makes may bring one."""
        seen = set()
        for job in context.jobs:
            for variable in job.variables.values() if job.kind == JOB else ():
                if variable.kind not in VARIABLES - {"DryRunVar"} or variable.node in seen:
                    continue
                seen.add(variable.node)
                if (
                    "**" not in variable.options
                    and not variable.options.get("description")
                    and len(variable.options.get("*", ())) < 2
                ):
                    message = f"Describe {variable.name}: what it does, and what happens if it is left empty."
                    yield context.found(variable.module, variable.node, message)
