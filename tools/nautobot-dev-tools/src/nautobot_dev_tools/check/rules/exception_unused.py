"""An exception silences something."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import WARNING, Found, Rule


class ExceptionUnused(Rule):
    """An exception that silences nothing would hide the next mistake, and tells readers what is not so any more.

    What was wrong has been mended, or has moved to another line. It is reported too for an id that no rule has.
    """

    id = "JOB002"
    name = "exception-unused"
    severity = WARNING
    title = "An exception in the source silences nothing"
    bad = '''"""An example."""

LIMIT = 3  # nautobot-jobs: ignore[JOB101] there was no __init__.py once
'''
    good = '''"""An example."""

LIMIT = 3
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Nothing by itself: the engine knows the exceptions."""
        yield from ()
