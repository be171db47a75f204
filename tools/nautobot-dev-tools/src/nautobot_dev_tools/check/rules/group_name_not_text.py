"""The group of Jobs in the UI."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, Rule


class GroupNameNotText(Rule):
    """The name `name` of a module with Jobs is the group that Nautobot shows them in.

    Nautobot measures how long that is, so anything but a text ends the sync. A function or an import that happens to be called so is enough.
    """

    id = "JOB336"
    name = "group-name-not-text"
    severity = ERROR
    title = "The module-level `name` of a module with Jobs, which is their group, is no text"
    bad = '''"""Hello."""

from nautobot.apps.jobs import Job

name = ["Greetings"]


class Greeting(Job):
    """Says hello."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    def run(self):
        """Say it."""
        self.logger.info("Hello")
'''
    good = bad.replace('["Greetings"]', '"Greetings"')

    def check(self, context: Context) -> Iterator[Found]:
        """Find functions and literals of that name in modules with registered Jobs."""
        for module in {job.module.name: job.module for job in context.jobs if job.registered}.values():
            for node in module.file.tree.body if module.file.tree else ():
                if self._is_wrong(node):
                    yield context.found(
                        module, node, "`name` is the group of this module's Jobs in Nautobot: call this something else."
                    )

    def _is_wrong(self, node: ast.stmt) -> bool:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return node.name == "name"
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            return any(alias.asname == "name" for alias in node.names)
        if not isinstance(node, ast.Assign) or not any(
            isinstance(each, ast.Name) and each.id == "name" for each in node.targets
        ):
            return False
        value = node.value
        literal = isinstance(value, (ast.List, ast.Tuple, ast.Dict, ast.Set))
        return literal or (isinstance(value, ast.Constant) and not isinstance(value.value, str))
