"""No text is run as code."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, Rule

_RUNS = frozenset(["eval", "exec", "builtins.eval", "builtins.exec"])


class EvalUsed(Rule):
    """A Job runs with all rights of the worker.

    If what `eval()` or `exec()` gets can come from a form, a device or the database, then whoever writes there runs
    programs on the worker, and reads every secret that it has.

    `ast.literal_eval()` and `json.loads()` read values; a dictionary of functions chooses among actions.
    """

    id = "JOB603"
    name = "eval-used"
    severity = ERROR
    title = "Text is run as code"
    bad = '''"""Reads."""


def read(text):
    """The value that a text stands for."""
    return eval(text)
'''
    good = '''"""Reads."""

import ast


def read(text):
    """The value that a text stands for."""
    return ast.literal_eval(text)
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find ``eval`` and ``exec``."""
        for code in context.code:
            for call, name in code.calls:
                if name in _RUNS:
                    message = f"{name.rpartition('.')[2]}() runs whatever the text says: read values with ast.literal_eval() or json.loads()."
                    yield context.found(code.module, call, message)
