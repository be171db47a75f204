"""A default needs what it is the default of."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, Rule


class DryrunDefaultWithoutVariable(Rule):
    """`Meta.dryrun_default` is the default of the variable `dryrun`, a `DryRunVar`.

    Without that it does nothing: every run is a real one, whatever its author believes. Nautobot looks for a variable of that very name.
    """

    id = "JOB310"
    name = "dryrun-default-without-variable"
    severity = ERROR
    title = "`Meta.dryrun_default` is set, but the Job has no variable `dryrun` that is a `DryRunVar`"
    bad = '''"""Renames."""

from nautobot.apps.jobs import Job, StringVar


class Rename(Job):
    """Renames nothing yet."""

    prefix = StringVar(description="What comes before the name.")

    class Meta:
        name = "Rename"
        has_sensitive_variables = False
        dryrun_default = True

    def run(self, *, prefix):
        """Say what would be renamed."""
        self.logger.info("Would put %s before names", prefix)
'''
    good = (
        bad.replace("import Job", "import DryRunVar, Job")
        .replace("\\n\\n    class Meta", "")
        .replace("    class Meta", "    dryrun = DryRunVar()\n\n    class Meta", 1)
        .replace('.")\n\n    dryrun', '.")\n    dryrun')
        .replace("*, prefix", "*, prefix, dryrun")
        .replace('"Would put %s before names", prefix', '"Would put %s before names: %s", prefix, dryrun')
    )

    def check(self, context: Context) -> Iterator[Found]:
        """Look at the variable `dryrun` of each Job that has a default for it."""
        for job in context.jobs:
            if job.meta.get("dryrun_default") is not True or context.is_base(job) or job.outside:
                continue
            variable = job.variables.get("dryrun")
            if variable is None and context.may_have(job, "dryrun"):
                continue
            if variable is None or variable.kind in ("BooleanVar", "StringVar", "ChoiceVar"):
                message = (
                    "dryrun_default does nothing without a variable `dryrun = DryRunVar()`: every run is a real one."
                )
                yield context.found(job.module, job.own_meta or job.node, message)
