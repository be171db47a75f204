"""Log calls: which logger, which message, which extra."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from .code import Code

# Kinds of loggers: a Job's, whose lines go to the database and to the Job's page; and any other of `logging`.
JOB, STANDARD = "job", "standard"
METHODS = frozenset(
    ["debug", "info", "success", "warning", "warn", "failure", "error", "critical", "fatal", "exception", "log"]
)


@dataclass(frozen=True, eq=False)
class Log:
    """A call of a logger: the call, the method's name, and JOB or STANDARD."""

    call: ast.Call
    method: str
    kind: str

    @property
    def message(self) -> ast.expr | None:
        """The message, as it is written."""
        position = 1 if self.method == "log" else 0
        return self.call.args[position] if len(self.call.args) > position else self.keyword("msg")

    def keyword(self, name: str) -> ast.expr | None:
        """What a keyword argument is given."""
        return next((each.value for each in self.call.keywords if each.arg == name), None)


def logs(code: Code) -> Iterator[Log]:
    """The log calls of a module whose logger can be told: one of structlog or loguru takes other arguments."""
    for call in code.of(ast.Call):
        method = call.func
        if isinstance(method, ast.Attribute) and method.attr in METHODS and (kind := logger(code, method.value)):
            yield Log(call, method.attr, kind)
        elif isinstance(method, ast.Attribute) and method.attr == "fail" and _is_jobs(code, method.value):
            yield Log(call, "fail", JOB)  # Job.fail() hands its arguments on to logger.failure()


def _is_jobs(code: Code, node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self" and code.class_of(node) in code.jobs


def logger(code: Code, node: ast.expr) -> str:
    """What kind of logger an expression is: JOB or STANDARD; empty for none, or where it cannot be told."""
    if isinstance(node, ast.Attribute) and node.attr == "logger":
        owner = node.value
        if isinstance(owner, ast.Name) and owner.id == "self":
            return JOB if code.class_of(node) in code.jobs else ""
        last = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
        return JOB if last == "job" else ""
    made = code.value(node)
    if isinstance(made, ast.Call):
        called = code.name(made.func)
        if called.endswith(".get_task_logger"):
            return JOB
        return STANDARD if called == "logging.getLogger" else ""
    if isinstance(made, ast.Attribute) and made is not node:  # logger = self.logger
        return logger(code, made) if made.attr == "logger" else ""
    return ""
