"""A Job leaves the levels of loggers alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..code import Code
from ..context import Context
from ..logs import JOB, logger
from ..rule import WARNING, Found, Rule


class LoggerLevel(Rule):
    """Loggers belong to the worker process, not to the Job: whoever runs in it next logs at the level that this Job left behind.

    Nautobot's documentation sets the level in `before_start()` and sets it back in `after_return()`; a `finally`
    does as well. A Job of which some want to read more has a variable for it, and logs those lines only then.
    """

    id = "JOB505"
    name = "logger-level"
    severity = WARNING
    title = "The level of a logger is changed, and not set back"
    bad = '''"""Devices."""

from celery.utils.log import get_task_logger

logger = get_task_logger(__name__)


def details():
    """Log more."""
    logger.setLevel("DEBUG")
'''
    good = '''"""Devices."""

from celery.utils.log import get_task_logger

logger = get_task_logger(__name__)


def details(work):
    """Log more, for once."""
    before = logger.level
    logger.setLevel("DEBUG")
    try:
        work()
    finally:
        logger.setLevel(before)
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find levels of Jobs' loggers and of the root logger, and ``logging.disable()``."""
        for code in context.code:
            for call, name in code.calls:
                if name == "logging.disable" or (_sets_level(code, call) and not _is_set_back(code, call)):
                    message = "This goes on for whatever Job runs next in the worker: set it back in after_return(), or in a finally."
                    yield context.found(code.module, call, message)


def _sets_level(code: Code, call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "setLevel":
        return False
    of = call.func.value
    made = code.value(of) if isinstance(of, ast.Name) else of
    is_root = isinstance(made, ast.Call) and code.name(made.func) == "logging.getLogger" and not made.args
    return is_root or logger(code, of) == JOB


def _is_set_back(code: Code, call: ast.Call) -> bool:
    """Whether the function has another in a finally, or the class in its after_return."""
    function, owner = code.function(call), code.class_of(call)
    for each in code.calls:
        other = each[0]
        if not isinstance(other.func, ast.Attribute) or other.func.attr != "setLevel":
            continue
        where = code.function(other)
        if where is function and _in_finally(code, other):
            return True
        if owner is not None and getattr(where, "name", "") == "after_return" and code.class_of(other) is owner:
            return True
    return False


def _in_finally(code: Code, node: ast.AST) -> bool:
    below = node
    for above in code.around(node):
        if isinstance(above, ast.Try) and below in above.finalbody:
            return True
        below = above
    return False
