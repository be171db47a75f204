"""The order of the form."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import WARNING, Found, Rule


class FieldOrderUnknown(Rule):
    """Names in `field_order` that are no variables are passed over, and variables that it does not name come last.

    So a renamed variable moves to the end of the form, and nothing says why.
    """

    id = "JOB337"
    name = "field-order-unknown"
    severity = WARNING
    title = "`Meta.field_order` names what is no variable of the Job"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job, StringVar


class Greeting(Job):
    """Says hello."""

    who = StringVar(description="Whom to greet.")

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False
        field_order = ["whom"]

    def run(self, *, who):
        """Say it."""
        self.logger.info("Hello, %s", who)
'''
    good = bad.replace('"whom"', '"who"')

    def check(self, context: Context) -> Iterator[Found]:
        """Compare, as far as values can be told; fields of Nautobot's own begin with an underscore."""
        for job in context.jobs:
            order = job.meta.get("field_order")
            if not isinstance(order, tuple) or job.outside or context.is_base(job):
                continue
            for name in order:
                if (
                    isinstance(name, str)
                    and not name.startswith("_")
                    and name not in job.variables
                    and not context.may_have(job, name)
                ):
                    message = f"field_order names {name}, but there is no such variable."
                    yield context.found(job.module, job.own_meta or job.node, message)
