"""How Nautobot calls the special methods."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, Rule

# As nautobot.extras.jobs.run_job calls them: by position.
SIGNATURES = {
    "before_start": ("task_id", "args", "kwargs"),
    "on_success": ("retval", "task_id", "args", "kwargs"),
    "on_retry": ("exc", "task_id", "args", "kwargs", "einfo"),
    "on_failure": ("exc", "task_id", "args", "kwargs", "einfo"),
    "after_return": ("status", "retval", "task_id", "args", "kwargs", "einfo"),
}


class LifecycleSignature(Rule):
    """Nautobot calls `before_start`, `on_success`, `on_failure` and `after_return` with a fixed number of arguments, by position.

    With another number of parameters the Job fails: in `before_start` before it begins, in the others after all its work is done.
    """

    id = "JOB332"
    name = "lifecycle-signature"
    severity = ERROR
    title = "A special method such as `before_start()` takes another number of arguments than Nautobot gives"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job


class Greeting(Job):
    """Says hello."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    def run(self):
        """Say it."""
        self.logger.info("Hello")

    def on_success(self, retval):
        """Say how it went."""
        self.logger.info("Went well")
'''
    good = bad.replace("self, retval", "self, retval, task_id, args, kwargs")

    def check(self, context: Context) -> Iterator[Found]:
        """Count parameters; each method once, however many Jobs inherit it."""
        seen: set[ast.AST] = set()
        for job in context.jobs:
            for name, given in SIGNATURES.items():
                if name not in job.methods or job.methods[name][1] in seen:
                    continue
                module, node = job.methods[name]
                seen.add(node)
                arguments = node.args
                most = len(arguments.posonlyargs) + len(arguments.args) - 1
                least = most - len(arguments.defaults)
                named_only = [
                    each
                    for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
                    if default is None
                ]
                fits = least <= len(given) and (arguments.vararg is not None or len(given) <= most) and not named_only
                if not fits and not node.decorator_list:
                    yield context.found(
                        module, node, f"Nautobot calls {name}({', '.join(given)}) by position: take these."
                    )
