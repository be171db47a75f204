"""Jobs live in jobs."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, Rule


class RegisteredOutsideJobs(Rule):
    """Nautobot takes from a Git repository only Jobs whose classes are defined in `<slug>.jobs` or below.

    Where the class is imported from elsewhere in the repository and registered in `jobs`, it is loaded, and passed over without a word.
    """

    id = "JOB204"
    name = "registered-outside-jobs"
    severity = ERROR
    title = "A registered Job class is defined outside of `jobs`, so that the sync passes over it"
    bad = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": '''"""Jobs."""

from nautobot.apps.jobs import register_jobs

from ..library import Greeting

register_jobs(Greeting)
''',
        "library.py": '''"""Hello."""

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
    good = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": bad["jobs/__init__.py"].replace("..library", ".library"),
        "jobs/library.py": bad["library.py"],
    }

    def check(self, context: Context) -> Iterator[Found]:
        """Find registered classes elsewhere."""
        if not any(module.name.split(".")[0] == "jobs" for module in context.modules):
            return
        for job in context.jobs:
            if job.registered and job.module.name.split(".")[0] != "jobs":
                message = f"The sync passes over {job.name}, since it is not defined below `jobs`: move it there, or a subclass of it."
                yield context.found(job.module, job.node, message)
