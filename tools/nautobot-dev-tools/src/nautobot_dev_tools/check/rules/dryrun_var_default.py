"""Where the default of the dry run is stated."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...source.modules import JOBS
from ..context import Context
from ..rule import ERROR, Found, Rule


class DryrunVarDefault(Rule):
    """`DryRunVar(default=True)` is the same as `DryRunVar()`: its constructor sets the default to False, whatever it is given.

    The default of a dry run is `Meta.dryrun_default`, which administrators can override for their Nautobot.
    """

    id = "JOB312"
    name = "dryrun-var-default"
    severity = ERROR
    title = "A `DryRunVar` is given a default, which it ignores"
    bad = '''"""Renames."""

from nautobot.apps.jobs import DryRunVar, Job


class Rename(Job):
    """Renames nothing yet."""

    dryrun = DryRunVar(default=True)

    class Meta:
        name = "Rename"
        has_sensitive_variables = False

    def run(self, *, dryrun):
        """Say what would be renamed."""
        self.logger.info("Nothing to rename: %s", dryrun)
'''
    good = bad.replace("default=True", "").replace("class Meta:", "class Meta:\n        dryrun_default = True")

    def check(self, context: Context) -> Iterator[Found]:
        """Find the argument; False is what it is anyway."""
        for call in context.calls:
            if call.name == f"{JOBS}.DryRunVar":
                for keyword in call.node.keywords:
                    if keyword.arg == "default" and not (
                        isinstance(keyword.value, ast.Constant) and keyword.value.value is False
                    ):
                        message = "DryRunVar ignores its default: state `dryrun_default = True` in `class Meta`."
                        yield context.found(call.module, keyword, message)
