"""Names of classes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, Rule


class JobClassTwice(Rule):
    """Of two classes of one name in a module Python keeps the last; the first is gone before anything is registered.

    It comes of a Job copied as a start for the next one.
    """

    id = "JOB206"
    name = "job-class-twice"
    severity = ERROR
    title = "A module defines two Job classes of the same name"
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


class Greeting(Job):
    """Says good-bye."""

    class Meta:
        name = "Farewell"
        has_sensitive_variables = False

    def run(self):
        """Say it."""
        self.logger.info("Good-bye")
'''
    good = bad.replace('class Greeting(Job):\n    """Says good', 'class Farewell(Job):\n    """Says good')

    def check(self, context: Context) -> Iterator[Found]:
        """Find classes that a later one of the same name replaces, where both stand in the module itself."""
        jobs = {(job.module.name, job.name) for job in context.jobs}
        for module in context.modules:
            last: dict[str, ast.ClassDef] = {}
            for node in module.file.tree.body if module.file.tree else ():
                if isinstance(node, ast.ClassDef) and (module.name, node.name) in jobs:
                    if node.name in last:
                        first = last[node.name].lineno
                        yield context.found(
                            module,
                            node,
                            f"This replaces the {node.name} of line {first}, which is lost: give one another name.",
                        )
                    last[node.name] = node
