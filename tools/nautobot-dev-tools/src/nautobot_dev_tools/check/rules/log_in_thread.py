"""Threads hand back what is to be logged."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..code import Code
from ..context import FUNCTIONS, Context
from ..logs import JOB, logs
from ..rule import WARNING, Found, Rule


class LogInThread(Rule):
    """What a thread of a Job logs is on no page of Nautobot: its handler asks Celery which task it is in, and a thread is in none.

    Let the function return what it has to say, and log it where the results are collected.
    """

    id = "JOB510"
    name = "log-in-thread"
    severity = WARNING
    title = "A Job logs in a thread, where log lines are lost"
    bad = '''"""Asks devices."""

from concurrent.futures import ThreadPoolExecutor

from celery.utils.log import get_task_logger

logger = get_task_logger(__name__)


def ask(device):
    """Ask one."""
    logger.warning("%s does not answer.", device)


def ask_all(devices):
    """Ask them all at once."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(ask, devices))
'''
    good = '''"""Asks devices."""

from concurrent.futures import ThreadPoolExecutor

from celery.utils.log import get_task_logger

logger = get_task_logger(__name__)


def ask(device):
    """Ask one."""
    return f"{device} does not answer."


def ask_all(devices):
    """Ask them all at once."""
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(ask, devices))
    logger.warning("\\n".join(answers))
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find functions that log, given to a pool of threads or to a thread."""
        for code in context.code:
            text = code.module.file.text
            if "ThreadPoolExecutor" not in text and "threading" not in text:
                continue
            logging = {code.function(log.call) for log in logs(code) if log.kind == JOB}
            for call, name in code.calls:
                given = _given(call, name)
                function = _function(code, given) if given is not None else None
                if function in logging and function is not None:
                    message = (
                        "What this logs in its thread is on no page of Nautobot: let it return that, and log it here."
                    )
                    yield context.found(code.module, call, message)


def _given(call: ast.Call, name: str) -> ast.expr | None:
    """The function that a call gives to a thread."""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if method in ("submit", "map") and call.args:
        return call.args[0]
    if name == "threading.Thread":
        return next((each.value for each in call.keywords if each.arg == "target"), None)
    return None


def _function(code: Code, given: ast.expr) -> ast.AST | None:
    """The function of the module, or the method of the class around it, that an expression is."""
    if isinstance(given, ast.Attribute) and isinstance(given.value, ast.Name) and given.value.id == "self":
        owner = code.class_of(given)
        body = owner.body if owner else []
        return next((each for each in body if isinstance(each, FUNCTIONS) and each.name == given.attr), None)
    if isinstance(given, ast.Name):
        functions = [each for each in code.of(ast.FunctionDef) if each.name == given.id and code.class_of(each) is None]
        return functions[0] if len(functions) == 1 else None
    return None
