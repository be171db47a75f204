"""Log calls get only what they take."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ..context import Context
from ..logs import logs
from ..rule import ERROR, Found, Rule

if TYPE_CHECKING:
    import libcst as cst

_TAKEN = frozenset(["msg", "extra", "exc_info", "stack_info", "stacklevel", "level"])
# What belongs into `extra`, by what people call it.
_MEANT = {
    **dict.fromkeys(["obj", "object", "instance"], "object"),
    **dict.fromkeys(["grouping", "group"], "grouping"),
    "skip_db_logging": "skip_db_logging",
}


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
                fixable = all(name in _MEANT for name in wrong) and (extra is None or isinstance(extra, ast.Dict))
                example = ", ".join(f'"{_MEANT.get(name, name)}": ...' for name in wrong)
                message = f"Loggers take no {', '.join(f'{name}=' for name in wrong)}: write extra={{{example}}}."
                fix = context.edit(code.module, log.call, _into_extra()) if fixable else None
                yield context.found(code.module, log.call, message, fix)


def _into_extra() -> Callable[[Any], Any]:
    """Moves arguments into `extra`, an existing dictionary or a new one."""

    def change(call: cst.Call) -> cst.Call:
        import libcst as cst  # only where something is mended: it takes long to load

        moved = [each for each in call.args if each.keyword and each.keyword.value in _MEANT]
        elements = [
            cst.DictElement(cst.SimpleString(f'"{_MEANT[each.keyword.value]}"'), each.value)  # type: ignore[union-attr]
            for each in moved
        ]
        kept: list[cst.Arg] = []
        done = False
        for each in call.args:
            if each in moved:
                if not done and not any(one.keyword and one.keyword.value == "extra" for one in call.args):
                    kept.append(each.with_changes(keyword=cst.Name("extra"), value=cst.Dict(elements)))
                    done = True
            elif each.keyword and each.keyword.value == "extra" and isinstance(each.value, cst.Dict):
                kept.append(
                    each.with_changes(value=each.value.with_changes(elements=[*each.value.elements, *elements]))
                )
            else:
                kept.append(each)
        if kept and kept[-1] is not call.args[-1]:  # the comma is that of what stood last
            kept[-1] = kept[-1].with_changes(comma=call.args[-1].comma)
        return call.with_changes(args=kept)

    return change
