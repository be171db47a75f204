"""A Job that failed says so."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..code import Code, dotted
from ..context import Context
from ..errors import is_broad
from ..logs import METHODS
from ..rule import WARNING, Found, Rule

_ENTRANCES = frozenset(["run", "receive_job_button", "receive_job_hook"])


class FailureOnlyLogged(Rule):
    """Logging an error, or `logger.failure()`, does not fail a Job.

    It ends as *Completed*, schedules and hooks that build on it go on, and only who reads the log learns otherwise.

    Let the exception end the Job, or call `self.fail("...")` besides logging (Nautobot 2.4 and later). Handlers in
    a loop, which go on with the next object, and those that count or keep what they caught are not meant.
    """

    id = "JOB507"
    name = "failure-only-logged"
    severity = WARNING
    title = "A Job logs any exception and then succeeds"
    bad = '''"""Devices."""

from nautobot.apps.jobs import Job

name = "Examples"


class Collect(Job):
    """Collects."""

    class Meta:
        name = "Collect"
        description = "Collects."
        has_sensitive_variables = False

    def run(self):
        """Collect."""
        try:
            self.collect()
        except Exception as error:
            self.logger.error("It failed: %s", error)

    def collect(self):
        """Collect what there is."""
'''
    good = '''"""Devices."""

from nautobot.apps.jobs import Job

name = "Examples"


class Collect(Job):
    """Collects."""

    class Meta:
        name = "Collect"
        description = "Collects."
        has_sensitive_variables = False

    def run(self):
        """Collect."""
        try:
            self.collect()
        except ConnectionError as error:
            self.fail("The collector does not answer: %s", error)

    def collect(self):
        """Collect what there is."""
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find such handlers in what Nautobot calls of a Job."""
        for code in context.code:
            for handler in code.of(ast.ExceptHandler):
                function = code.function(handler)
                if getattr(function, "name", "") not in _ENTRANCES or code.class_of(handler) not in code.jobs:
                    continue
                if is_broad(code, handler) and _only_logs(handler) and not _in_loop(code, handler):
                    message = (
                        "The Job logs this and ends as completed: let the exception end it, or call self.fail(...)."
                    )
                    yield context.found(code.module, handler, message)


def _only_logs(handler: ast.ExceptHandler) -> bool:
    logged = False
    for each in handler.body:
        if isinstance(each, ast.Return):
            if each.value is not None and not isinstance(each.value, ast.Constant):
                return False
        elif isinstance(each, ast.Expr) and isinstance(each.value, ast.Call):
            method = each.value.func
            if not (isinstance(method, ast.Attribute) and method.attr in METHODS and "log" in dotted(method.value)):
                return False
            logged = True
        elif not isinstance(each, ast.Pass):
            return False
    return logged


def _in_loop(code: Code, node: ast.AST) -> bool:
    for above in code.around(node):
        if isinstance(above, (ast.For, ast.AsyncFor, ast.While)):
            return True
        if isinstance(above, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
    return False
