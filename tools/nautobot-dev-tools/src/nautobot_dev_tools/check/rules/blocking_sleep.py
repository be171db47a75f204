"""Jobs do not wait by sleeping."""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..rule import WARNING, Found, Rule


class BlockingSleep(Rule):
    """A Job that sleeps holds one of the few slots of a worker, and often a transaction with its locks, while it does nothing.

    Other Jobs queue behind it.

    Wait for what you wait for: time-outs of the library that talks to the device, its `read_until...`, a queue. To
    try again later, end the Job and schedule it again.
    """

    id = "JOB508"
    name = "blocking-sleep"
    severity = WARNING
    title = "A Job sleeps"
    bad = '''"""Waits."""

import time


def settle():
    """Give it a moment."""
    time.sleep(30)
'''
    good = '''"""Waits."""


def settle(connection):
    """Wait until it answers, for 30 seconds at most."""
    return connection.read_until_prompt(read_timeout=30)
'''

    def check(self, context: Context) -> Iterator[Found]:
        """Find calls of ``time.sleep``."""
        for code in context.code:
            for call, name in code.calls:
                if name == "time.sleep":
                    message = "This holds a slot of the worker while nothing happens: wait for the thing itself, with a time-out."
                    yield context.found(code.module, call, message)
