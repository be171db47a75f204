"""Log calls get only what they take."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from ..context import Context
from ..logs import logs
from ..rule import ERROR, Found, Rule

_TAKEN = frozenset(["msg", "extra", "exc_info", "stack_info", "stacklevel", "level"])
# What belongs into `extra`, by what people call it.
_MEANT = {
    **dict.fromkeys(["obj", "object", "instance"], "object"),
    **dict.fromkeys(["grouping", "group"], "grouping"),
    "skip_db_logging": "skip_db_logging",
}
_MESSAGE = ("message", "text")


class LogKeyword(Rule):
    """Nautobot's job loggers are those of Python: an argument such as `obj=` or `grouping=` ends the Job with a `TypeError` where the line is logged.

    What was meant goes into `extra`: `object` (the object that the line links to), `grouping`, `skip_db_logging`.
    """

    id = "JOB501"
    name = "log-keyword"
    severity = ERROR
    title = "A log call has an argument that loggers do not take"
    bad = '''"""Devices."""

from celery.utils.log import get_task_logger

logger = get_task_logger(__name__)


def found(device):
    """Log it."""
    logger.warning("No platform.", obj=device)
'''
    good = '''"""Devices."""

from celery.utils.log import get_task_logger

logger = get_task_logger(__name__)


def found(device):
    """Log it."""
    logger.warning("No platform.", extra={"object": device})
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find arguments that no logger takes."""
        for code in context.code:
            for log in logs(code):
                wrong = [each.arg for each in log.call.keywords if each.arg and each.arg not in _TAKEN]
                if not wrong:
                    continue
                extra = log.keyword("extra")
                known = all(name in _MEANT or (name in _MESSAGE and not log.call.args) for name in wrong)
                fixable = known and (extra is None or isinstance(extra, ast.Dict)) and log.method != "log"
                fix = context.edit(code.module, log.call, _mended) if fixable else None
                yield context.found(code.module, log.call, _advice(wrong), fix)


def _advice(wrong: list[str]) -> str:
    advice = []
    if any(name in _MESSAGE for name in wrong):
        advice.append("the message is the first argument")
    if inside := [f'"{_MEANT.get(name, name)}": ...' for name in wrong if name not in _MESSAGE]:
        advice.append(f"write extra={{{', '.join(inside)}}}")
    return f"Loggers take no {', '.join(f'{name}=' for name in wrong)}: {', and '.join(advice)}."


def _mended(call: Any) -> Any:
    from ..log_edits import into_extra

    return into_extra(call, _MEANT, _MESSAGE)
