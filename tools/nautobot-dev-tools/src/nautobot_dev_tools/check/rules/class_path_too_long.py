"""How long names may be."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, Rule

# JOB_MAX_NAME_LENGTH of nautobot.extras.constants.
MOST = 100


class ClassPathTooLong(Rule):
    """Nautobot keeps the name of a Job's module and that of its class in fields of 100 characters, and makes no record of a Job that does not fit.

    Before the module's name comes the repository's slug, which counts too.
    """

    id = "JOB207"
    name = "class-path-too-long"
    severity = ERROR
    title = "The name of a Job's class or module has more than 100 characters, so Nautobot does not keep it"
    bad = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": f'''"""Jobs."""

from nautobot.apps.jobs import Job, register_jobs


class {"Greeting" * 13}(Job):
    """Says hello."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    def run(self):
        """Say it."""
        self.logger.info("Hello")


register_jobs({"Greeting" * 13})
''',
    }
    good = bad | {"jobs/__init__.py": bad["jobs/__init__.py"].replace("Greeting" * 13, "Greeting")}

    def check(self, context: Context) -> Iterator[Found]:
        """Find long names; of the slug only that it has one character is known."""
        for job in context.jobs:
            if not job.registered:
                continue
            if len(job.name) > MOST:
                yield context.found(
                    job.module, job.node, f"The class's name has {len(job.name)} characters; Nautobot takes {MOST}."
                )
            if len(job.module.name) + len("s.") > MOST:
                message = f"The module's name has {len(job.module.name)} characters and the slug before it; Nautobot takes {MOST}."
                yield context.found(job.module, job.node, message)
