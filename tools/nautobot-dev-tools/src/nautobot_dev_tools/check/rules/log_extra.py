"""What is logged with a line is called as Nautobot calls it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..context import Context
from ..logs import JOB, logs
from ..rule import ERROR, Found, Rule

if TYPE_CHECKING:
    import libcst as cst

_MEANT = {
    **dict.fromkeys(["obj", "objects", "instance"], "object"),
    **dict.fromkeys(["group", "groups", "groupings"], "grouping"),
    **dict.fromkeys(["skip_db_log", "skip_db"], "skip_db_logging"),
}
# Attributes of every log record: `logging` refuses to overwrite them.
_RECORD = frozenset(
    [
        *("name", "msg", "args", "message", "asctime", "levelname", "levelno", "pathname", "filename", "module"),
        *("exc_info", "exc_text", "stack_info", "lineno", "funcName", "created", "msecs", "relativeCreated", "thread"),
        *("threadName", "processName", "process"),
    ]
)


class LogExtra(Rule):
    """Nautobot reads three keys of `extra`: `object`, which the line on the Job's page links to, `grouping` and `skip_db_logging`.

    Others are lost without a word: `extra={"obj": device}` links to nothing.

    Keys such as `name` or `message` belong to every log record already: `logging` ends with a `KeyError` over them,
    and so does the Job.
    """

    id = "JOB502"
    name = "log-extra"
    severity = ERROR
    title = "A key of `extra` is none that Nautobot reads, or one that logging refuses"
    bad = '''"""Devices."""

from celery.utils.log import get_task_logger

logger = get_task_logger(__name__)


def found(device):
    """Log it."""
    logger.warning("No platform.", extra={"obj": device})
'''
    good = '''"""Devices."""

from celery.utils.log import get_task_logger

logger = get_task_logger(__name__)


def found(device):
    """Log it."""
    logger.warning("No platform.", extra={"object": device, "grouping": "platforms"})
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find such keys where they are written out."""
        for code in context.code:
            for log in logs(code):
                extra = log.keyword("extra")
                if isinstance(extra, (ast.List, ast.Tuple, ast.Set, ast.JoinedStr, ast.Constant)):
                    if not (isinstance(extra, ast.Constant) and extra.value is None):
                        message = 'extra is a dictionary: extra={"object": ..., "grouping": ...}.'
                        yield context.found(code.module, extra, message)
                    continue
                for key in extra.keys if isinstance(extra, ast.Dict) else ():
                    if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                        continue
                    name = key.value
                    if name in _RECORD:
                        message = (
                            f'logging refuses the key "{name}", and ends the Job with a KeyError: take another name.'
                        )
                        yield context.found(code.module, key, message)
                    elif name in _MEANT and log.kind == JOB:
                        message = f'Nautobot reads no "{name}": the key is called "{_MEANT[name]}".'
                        fix = context.edit(code.module, key, _renamed, "SimpleString")
                        yield context.found(code.module, key, message, fix)


def _renamed(key: cst.SimpleString) -> cst.SimpleString:
    name = str(key.evaluated_value)
    return key.with_changes(value=key.value.replace(name, _MEANT[name]))
