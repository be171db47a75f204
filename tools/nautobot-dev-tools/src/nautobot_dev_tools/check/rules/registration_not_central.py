"""One table of contents."""

from __future__ import annotations

from collections.abc import Iterator

from ...source.modules import JOBS
from ..context import Context
from ..rule import NOTE, Found, Rule


class RegistrationNotCentral(Rule):
    """With one `register_jobs()` in `jobs/__init__.py`, one file says what the repository offers, and in which order.

    Registration in each module works, but only in modules that the loader reaches, and on Nautobot before 2.4.35 and 3.1.3 a module may be imported
    twice, which leaves two classes of one name.
    """

    id = "JOB203"
    name = "registration-not-central"
    severity = NOTE
    title = "Jobs are registered in a module of their own instead of in `jobs/__init__.py`"
    bad = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": '"""Jobs."""\n',
        "jobs/greeting.py": '''"""Hello."""

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
''',
    }
    good = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": '''"""Jobs."""

from nautobot.apps.jobs import register_jobs

from .greeting import Greeting

register_jobs(Greeting)
''',
        "jobs/greeting.py": bad["jobs/greeting.py"]
        .removesuffix("\n\nregister_jobs(Greeting)\n")
        .replace(", register_jobs", ""),
    }

    def check(self, context: Context) -> Iterator[Found]:
        """Find calls of register_jobs() below the package; the one of a `jobs.py` is central."""
        for call in context.calls:
            if call.name == f"{JOBS}.register_jobs" and call.module.name.startswith("jobs."):
                message = "Import these Jobs in jobs/__init__.py and register them there, all in one call."
                yield context.found(call.module, call.node, message)
