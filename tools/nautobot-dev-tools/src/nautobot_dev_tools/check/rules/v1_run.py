"""run(data, commit) of Nautobot 1."""

from __future__ import annotations

from collections.abc import Iterator

from ...source.contracts import JOB
from ..context import Context
from ..rule import ERROR, Found, Rule
from .run_mismatch import is_v1


class V1Run(Rule):
    """Since Nautobot 2.0 `run()` gets a keyword argument for each variable, and there is no `commit`.

    A `run(self, data, commit)` ends every run with a `TypeError`. Nothing is in a transaction any more, and nothing rolled back: what relied on
    that now writes.
    """

    id = "JOB320"
    name = "v1-run"
    severity = ERROR
    title = "`run()` has the parameters `data` and `commit` of Nautobot 1"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job, StringVar


class Greeting(Job):
    """Says hello."""

    who = StringVar(description="Whom to greet.")

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    def run(self, data, commit):
        """Say it."""
        self.logger.info("Hello, %s", data["who"])
'''
    good = bad.replace("self, data, commit", "self, *, who").replace('data["who"]', "who")

    def check(self, context: Context) -> Iterator[Found]:
        """Find the old signature."""
        seen = set()
        for job in context.jobs:
            if job.kind == JOB and "run" in job.methods:
                module, run = job.methods["run"]
                if is_v1(run, job) and run not in seen:
                    seen.add(run)
                    message = "Nautobot 2 and newer call run() with a keyword argument for each variable; `nautobot-jobs migrate` rewrites it."
                    yield context.found(module, run, message)
