"""Asks devices for what they say of themselves, and keeps what can be understood."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .device_runs import DeviceRun
from .fleet import Outcome, TargetError
from .observed import COMMANDS, NO_COMMANDS, Observed, reader, understand
from .sessions import Session


def asking(run: DeviceRun, *what: str) -> Callable[[Session], Any]:
    """The task that asks a device for these parts; those of a platform that is not understood are left out of the run."""
    run.leave_out({target.pk: NO_COMMANDS for target in run.targets if target.driver not in COMMANDS})
    return reader(*what)


def observe(run: DeviceRun, task: Callable[[Session], Any]) -> dict[str, Observed]:
    """What the devices say, by primary key, of those that answered."""
    observed: dict[str, Observed] = {}

    def take(outcome: Outcome) -> str:
        if outcome.cause:
            return ""
        try:
            found = understand(outcome.target, outcome.value)
        except TargetError as error:
            return str(error)
        observed[outcome.target.pk] = found
        return "; ".join(f"{command}: {message}" for command, message in found.troubles.items())

    run.each(task, take)
    return observed
