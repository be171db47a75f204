"""What register_jobs() is given."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from ...source.modules import JOBS
from ..context import Call, Context
from ..rule import ERROR, Found, Rule


class RegisteredIsNoJob(Rule):
    """`register_jobs(A, B)` takes Job classes one by one, and asks each for its class path.

    A list, an instance or another class has none: the import fails, and with it the sync of the whole repository.
    """

    id = "JOB205"
    name = "registered-is-no-job"
    severity = ERROR
    title = "`register_jobs()` is given something else than Job classes"
    bad = {
        "__init__.py": '"""Jobs."""\n',
        "jobs/__init__.py": '''"""Jobs."""

from nautobot.apps.jobs import Job, register_jobs


class Greeting(Job):
    """Says hello."""

    class Meta:
        name = "Greeting"
        has_sensitive_variables = False

    def run(self):
        """Say it."""
        self.logger.info("Hello")


register_jobs([Greeting])
''',
    }
    good = bad | {"jobs/__init__.py": bad["jobs/__init__.py"].replace("[Greeting]", "Greeting")}

    def check(self, context: Context) -> Iterator[Found]:
        """Find lists, and classes and functions of the repository that are no Jobs."""
        for call in context.calls:
            if call.name == f"{JOBS}.register_jobs":
                for argument in call.node.args:
                    if message := self._wrong(context, call, argument):
                        # The argument with nothing else in it has the list's own place in the file.
                        is_list = isinstance(argument, (ast.List, ast.Tuple))
                        fix = context.edit(call.module, argument, _starred, kind="Arg") if is_list else None
                        yield context.found(call.module, argument, message, fix)

    def _wrong(self, context: Context, call: Call, argument: ast.expr) -> str:
        if isinstance(argument, (ast.List, ast.Tuple)):
            return "register_jobs() takes the classes one by one, not a list: put a star before it."
        if not isinstance(argument, (ast.Name, ast.Attribute)):
            return ""
        name = context.repository.qualified(call.module, argument)
        known = context.repository.class_of(name)
        if known is None or name in context.contract.jobs:
            return ""
        line = context.contract.ancestors(*known)
        if any(isinstance(base, ast.Name) and base.id == known[1].name for base in known[1].bases):
            return ""  # `class Job(Job)`: its base has hidden behind it
        if any(context.repository.class_of(each) is None and each != "object" for each in line):
            return ""  # a base that the repository does not define may well be a Job
        return f"{ast.unparse(argument)} is no Job: it does not inherit from Job."


def _starred(argument: Any) -> Any:
    """The argument with a star."""
    return argument.with_changes(star="*")
