"""Job classes are registered."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, Rule


class JobNotRegistered(Rule):
    """Since Nautobot 2.0 a Job exists only once `register_jobs()` has been called with its class; there is no word about others.

    A class that others inherit from, or whose name begins with `Base`, `Abstract` or an underscore, is taken for a base and left out.
    """

    id = "JOB201"
    name = "job-not-registered"
    severity = ERROR
    title = "A Job class is never registered, so Nautobot does not know it"
    bad = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": '''"""Jobs."""

from nautobot.apps.jobs import Job


class Greeting(Job):
    """Says hello."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    def run(self):
        """Say it."""
        self.logger.info("Hello")
''',
    }
    good = bad | {
        "jobs/__init__.py": bad["jobs/__init__.py"].replace("import Job", "import Job, register_jobs")
        + "\n\nregister_jobs(Greeting)\n"
    }

    def check(self, context: Context) -> Iterator[Found]:
        """Find Jobs without registration; where it cannot be told what is registered, there is nothing to say."""
        if context.contract.unclear:
            return
        for job in context.jobs:
            if not job.registered and not context.is_base(job):
                yield context.found(
                    job.module,
                    job.node,
                    f"{job.name} is not registered: add it to register_jobs() in jobs/__init__.py.",
                )
