"""Log calls leave formatting to the logger."""

from __future__ import annotations

import ast
from collections.abc import Iterator
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
                    if isinstance(message, ast.JoinedStr) and log.method != "log" and _is_simple(log.call, message):
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
    if isinstance(node, ast.BinOp):
        return _is_text(node.left)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _is_simple(call: ast.Call, message: ast.JoinedStr) -> bool:
    """Whether the message is all that is formatted, and its values have no format of their own (``{x:>5}``, ``{x=}``)."""
    values = [each for each in message.values if isinstance(each, ast.FormattedValue)]
    texts = [each.value for each in message.values if isinstance(each, ast.Constant)]
    return (
        len(call.args) == 1
        and call.args[0] is message
        and all(each.format_spec is None and each.conversion in _CONVERSIONS for each in values)
        and all(isinstance(each, str) and not each.rstrip().endswith("=") for each in texts)
    )


def _as_arguments(call: Any) -> Any:
    from ..lazy_logging import as_arguments  # only where something is mended: LibCST takes long to load

    return as_arguments(call)
