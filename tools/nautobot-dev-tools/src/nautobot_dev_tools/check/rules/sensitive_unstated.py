"""Whether what the user gives is secret."""

from __future__ import annotations

from collections.abc import Iterator

from ...source.contracts import JOB
from ..context import Context
from ..rule import WARNING, Found, Rule


class SensitiveUnstated(Rule):
    """`has_sensitive_variables` is True where nothing is stated: the Job can be neither scheduled nor approved.

    Most Jobs have no secrets among their variables, and should say `False`; those that have should say `True`, so that it is no accident.
    """

    id = "JOB313"
    name = "sensitive-unstated"
    severity = WARNING
    title = "`class Meta` does not say whether variables are sensitive, and so the Job cannot be scheduled"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job


class Greeting(Job):
    """Says hello."""

    class Meta:
        name = "Greeting"

    def run(self):
        """Say it."""
        self.logger.info("Hello")
'''
    good = bad.replace('"Greeting"\n', '"Greeting"\n        has_sensitive_variables = False\n')

    def check(self, context: Context) -> Iterator[Found]:
        """Find registered Jobs with a Meta that says nothing; receivers have no form and no schedule."""
        for job in context.jobs:
            if job.kind != JOB or not job.registered or job.own_meta is None or (job.inherits_meta and job.outside):
                continue
            if "has_sensitive_variables" not in job.meta:
                message = "State has_sensitive_variables: unstated it is True, and the Job can be neither scheduled nor approved."
                yield context.found(job.module, job.own_meta, message)
