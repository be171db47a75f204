"""Log calls leave formatting to the logger."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from string import Formatter
from typing import Any

from ..context import Context
from ..logs import logs
from ..rule import NOTE, Found, Rule

_CONVERSIONS = {-1: "s", ord("s"): "s", ord("r"): "r", ord("a"): "a"}


class LogFormatted(Rule):
    """What is logged as `"%s has no platform", device` is only formatted if lines of its level are logged at all.

    A value that cannot be formatted costs one line and not the Job, and lines of one kind keep one text that tools
    can group them by.
    """

    id = "JOB503"
    name = "log-formatted"
    severity = NOTE
    title = "A log message is formatted before it is logged"
    bad = '''"""Devices."""

from celery.utils.log import get_task_logger

logger = get_task_logger(__name__)


def found(device, count):
    """Log it."""
    logger.warning(f"{device.name} has {count} of 100% ports free.", extra={"object": device})
'''
    good = '''"""Devices."""

from celery.utils.log import get_task_logger

logger = get_task_logger(__name__)


def found(device, count):
    """Log it."""
    logger.warning("%s has %s of 100%% ports free.", device.name, count, extra={"object": device})
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find f-strings, ``%``, ``.format()`` and ``+`` in messages."""
        for code in context.code:
            for log in logs(code):
                message = log.message
                if message is not None and (how := _formatted(message)):
                    fix = None
                    if log.method != "log" and _is_simple(log.call):
                        fix = context.edit(code.module, log.call, _as_arguments)
                    text = f'The message is formatted by {how} before it is logged: write "... %s ...", value and let the logger do it.'
                    yield context.found(code.module, message, text, fix)


def _formatted(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "an f-string" if any(isinstance(each, ast.FormattedValue) for each in node.values) else ""
    if isinstance(node, ast.BinOp) and _is_text(node.left):
        return {ast.Mod: "%", ast.Add: "+"}.get(type(node.op), "")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return ".format()" if _is_text(node.func.value) else ""
    return ""


def _is_text(node: ast.expr) -> bool:
    while isinstance(node, ast.BinOp):
        node = node.left
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _is_simple(call: ast.Call) -> bool:
    """Whether the message is all that is formatted, and formatted in a way that loggers know.

    These are f-strings whose values have no format of their own (``{x:>5}``, ``{x=}``), ``"...".format()`` with nothing but
    ``{}``, and ``"..." % (x, y)``: of ``"..." % x`` only running it tells whether x is a tuple.
    """
    if len(call.args) != 1:
        return False
    message = call.args[0]
    if isinstance(message, ast.JoinedStr):
        values = [each for each in message.values if isinstance(each, ast.FormattedValue)]
        texts = [each.value for each in message.values if isinstance(each, ast.Constant)]
        plain = all(
            each.format_spec is None and each.conversion in _CONVERSIONS and not isinstance(each.value, _LOOSE)
            for each in values
        )
        return plain and all(isinstance(each, str) and not each.rstrip().endswith("=") for each in texts)
    if isinstance(message, ast.BinOp):
        plain = isinstance(message.op, ast.Mod) and isinstance(message.left, ast.Constant)
        return plain and isinstance(message.right, ast.Tuple) and not _has_star(message.right.elts)
    if isinstance(message, ast.Call) and isinstance(message.func, ast.Attribute) and not message.keywords:
        text = message.func.value
        plain = isinstance(text, ast.Constant) and not _has_star(message.args)
        return plain and _fields(ast.literal_eval(text)) == len(message.args) > 0
    return False


# What may stand without parentheses in the braces of an f-string, and not as an argument.
_LOOSE = (ast.Tuple, ast.Yield, ast.YieldFrom)


def _has_star(nodes: list[ast.expr]) -> bool:
    return any(isinstance(each, ast.Starred) for each in nodes)


def _fields(text: str) -> int:
    """Number of ``{}`` in a text for ``.format()``; -1 where it has other fields."""
    try:
        parts = [part for part in Formatter().parse(text) if part[1] is not None]
    except ValueError:
        return -1
    return len(parts) if all(part[1:] == ("", "", None) for part in parts) else -1


def _as_arguments(call: Any) -> Any:
    from ..log_edits import as_arguments  # only where something is mended: LibCST takes long to load

    return as_arguments(call)
