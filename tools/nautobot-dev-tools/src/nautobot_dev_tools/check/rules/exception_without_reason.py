"""An exception says which rule it silences, and why."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import ERROR, Found, Rule


class ExceptionWithoutReason(Rule):
    """Who reads the line next year has to know why the rule does not hold there, or cannot tell whether it still does not.

    An exception names its rules and ends with the reason. One for all rules does not exist: it would silence what nobody has seen yet.
    """

    id = "JOB001"
    name = "exception-without-reason"
    severity = ERROR
    title = "An exception in the source names no rule, or no reason"
    bad = '''"""An example."""

LIMIT = 3  # nautobot-jobs: ignore
'''
    good = '''"""An example."""

LIMIT = 3
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Nothing by itself: the engine knows the exceptions."""
        yield from ()
