"""Checks of the Circuit audit."""

from .commit_rate import CommitRateMissing
from .decommissioned import CircuitDecommissioned
from .not_installed import CircuitNotInstalled
from .one_provider import OneProvider
from .past_end import CircuitPastEnd
from .slow_port import CircuitSlowPort
from .terminations import CircuitTerminations
from .uncabled import CircuitUncabled

CHECKS = (
    CircuitTerminations,
    CircuitUncabled,
    CircuitPastEnd,
    CircuitDecommissioned,
    CommitRateMissing,
    CircuitNotInstalled,
    CircuitSlowPort,
    OneProvider,
)
