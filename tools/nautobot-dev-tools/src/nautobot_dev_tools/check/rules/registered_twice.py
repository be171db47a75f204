"""Once is enough."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import WARNING, Found, Rule


class RegisteredTwice(Rule):
    """The first registration counts, and the second is passed over: who takes a Job out of one list finds it still there.

    On Nautobot before 2.4.35 and 3.1.3 the two may even be two classes of one name, of which one is stale.
    """

    id = "JOB202"
    name = "registered-twice"
    severity = WARNING
    title = "A Job class is registered more than once"
    bad = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": '''"""Jobs."""

from nautobot.apps.jobs import Job, register_jobs


class Greeting(Job):
    """Says hello."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    def run(self):
        """Say it."""
        self.logger.info("Hello")


register_jobs(Greeting)
register_jobs(Greeting)
''',
    }
    good = bad | {"jobs/__init__.py": bad["jobs/__init__.py"].removesuffix("register_jobs(Greeting)\n")}

    def check(self, context: Context) -> Iterator[Found]:
        """Find the second and further registrations."""
        for job in context.jobs:
            for module, line in job.registered[1:]:
                first, at = job.registered[0]
                message = f"{job.name} is registered already, in line {at} of {first.file.path}."
                yield Found(module.file.path, line, 1, message)
