"""A Job logs what matters, not each object."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..code import Code
from ..context import Context
from ..logs import JOB, Log, logs
from ..queries import is_bounded
from ..rule import WARNING, Found, Rule

_NEWS = frozenset(["info", "success"])


class LogPerObject(Rule):
    """Each line that a Job logs costs Nautobot a query and an insert, some milliseconds, and is a row on the Job's page.

    A line for each of ten thousand objects makes a slow Job, and a page on which nobody finds the three lines that
    matter.

    Count, and log the sum after the loop; write what is said of each object to a file with `self.create_file()`.
    Lines below an `if`, and warnings and errors, are not meant; nor are those with `extra={"skip_db_logging":
    True}`, which only go to the worker's log.
    """

    id = "JOB504"
    name = "log-per-object"
    severity = WARNING
    title = "A Job logs a line for every object of a loop"
    bad = '''"""Devices."""

from celery.utils.log import get_task_logger

logger = get_task_logger(__name__)


def touch(devices):
    """Look at each."""
    for device in devices:
        logger.info("Looking at %s.", device)
'''
    good = '''"""Devices."""

from celery.utils.log import get_task_logger

logger = get_task_logger(__name__)


def touch(devices):
    """Look at each."""
    nameless = 0
    for device in devices:
        nameless += not device.name
        if not device.platform:
            logger.info("No platform.", extra={"object": device})
    logger.info("%d of %d devices have no name.", nameless, len(devices))
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find news that each round of a loop logs, whatever it finds."""
        for code in context.code:
            for log in logs(code):
                if log.kind == JOB and log.method in _NEWS and not _skips_database(log):
                    loop = _loop(code, log.call)
                    if (
                        loop is not None
                        and _is_over_objects(loop)
                        and not any(is_bounded(code, *each) for each in code.loops(log.call))
                    ):
                        message = "Every round of the loop logs a line, which costs two queries and hides what matters: count, and log once after it."
                        yield context.found(code.module, log.call, message)


def _loop(code: Code, call: ast.Call) -> ast.For | ast.AsyncFor | None:
    """The loop of which a line is logged in each round: no condition stands between."""
    below: ast.AST = call
    for above in code.around(call):
        if isinstance(above, (ast.For, ast.AsyncFor)):
            return above if below in above.body and not _may_skip(above, below) else None
        if not isinstance(above, (ast.Expr, ast.With, ast.Try)) or (
            isinstance(above, ast.Try) and below not in above.body
        ):
            return None
        below = above
    return None


def _is_over_objects(loop: ast.For | ast.AsyncFor) -> bool:
    """Whether it goes through objects or rows one by one; what is unpacked is rather a summary: kinds and their numbers."""
    target = loop.target
    numbered = isinstance(target, ast.Tuple) and getattr(getattr(loop.iter, "func", None), "id", "") == "enumerate"
    return isinstance(target.elts[-1] if numbered and isinstance(target, ast.Tuple) else target, ast.Name)


def _may_skip(loop: ast.For | ast.AsyncFor, statement: ast.AST) -> bool:
    """Whether rounds may end before they get to a statement: by continue, break or return above it."""
    before = loop.body[: loop.body.index(statement)]  # type: ignore[arg-type]
    return any(isinstance(each, (ast.Continue, ast.Break, ast.Return)) for one in before for each in ast.walk(one))


def _skips_database(log: Log) -> bool:
    extra = log.keyword("extra")
    return extra is not None and "skip_db_logging" in ast.dump(extra)
