"""Methods that Nautobot 1 called."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...source.contracts import Job
from ...source.modules import statements
from ..context import Context
from ..rule import ERROR, Found, Rule


class V1Method(Rule):
    """Nautobot 1 called every `test_…()` of a Job, and `post_run()` after it. Since 2.0 nothing calls them: the Job ends well, and has done nothing.

    `run()` has to call them, and `after_return()` or `on_success()` take the place of `post_run()`.
    """

    id = "JOB323"
    name = "v1-method"
    severity = ERROR
    title = "A Job has a method `test_…()` or `post_run()`, which nothing calls since Nautobot 2.0"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job


class Greeting(Job):
    """Says hello."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    def run(self):
        """Say nothing."""

    def test_hello(self):
        """Say it."""
        self.logger.info("Hello")
'''
    good = bad.replace('"""Say nothing."""', '"""Say it."""\n        self.test_hello()')

    def check(self, context: Context) -> Iterator[Found]:
        """Find such methods whose name occurs nowhere else in the module."""
        for job in context.jobs:
            if "getattr(" in job.module.file.text:
                continue
            for node in statements(job.node):
                if (
                    isinstance(node, ast.FunctionDef)
                    and self._is_called_by_v1(node)
                    and not self._is_named(job, node.name)
                ):
                    yield context.found(
                        job.module, node, f"Nothing calls {node.name}() since Nautobot 2.0: call it from run()."
                    )

    def _is_called_by_v1(self, node: ast.FunctionDef) -> bool:
        return node.name == "post_run" or (node.name.startswith("test_") and len(node.args.args) == 1)

    def _is_named(self, job: Job, name: str) -> bool:
        return len(re.findall(rf"\b{name}\b", job.module.file.text)) > 1
