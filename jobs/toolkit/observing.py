"""Asks devices for what they say of themselves, and keeps what can be understood."""

from __future__ import annotations

from .device_runs import DeviceRun
from .fleet import Outcome, TargetError
from .observed import COMMANDS, NO_COMMANDS, Observed, reader, understand


def observe(run: DeviceRun, *what: str) -> dict[str, Observed]:
    """What the devices say of these parts, by primary key, of those that answered; those of a platform that is not understood are not asked."""
    run.leave_out({target.pk: NO_COMMANDS for target in run.targets if target.driver not in COMMANDS})
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

    run.each(reader(*what), take)
    return observed
