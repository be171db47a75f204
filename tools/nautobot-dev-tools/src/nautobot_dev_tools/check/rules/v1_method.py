"""Methods that Nautobot 1 called."""

from __future__ import annotations

import ast
from collections.abc import Iterator

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
        """Find such methods that nothing in the module asks for, by name or by a text."""
        modules = {job.module.name for job in context.jobs}
        for code in context.code:
            if code.module.name not in modules or "getattr(" in code.module.file.text:
                continue
            used = {each.attr for each in code.of(ast.Attribute)}
            used |= {each.value for each in code.of(ast.Constant) if isinstance(each.value, str)}
            for node in code.of(ast.FunctionDef):
                if _is_called_by_v1(node) and node.name not in used and code.parent(node) in code.jobs:
                    yield context.found(
                        code.module, node, f"Nothing calls {node.name}() since Nautobot 2.0: call it from run()."
                    )


def _is_called_by_v1(node: ast.FunctionDef) -> bool:
    return node.name == "post_run" or (node.name.startswith("test_") and len(node.args.args) == 1)
