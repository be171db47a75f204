"""All rules, in the order of their ids."""

from __future__ import annotations

from ..rule import Rule
from .exception_unused import ExceptionUnused
from .exception_without_reason import ExceptionWithoutReason
from .root_init_missing import RootInitMissing

RULES: list[Rule] = [
    # Exceptions
    ExceptionWithoutReason(),
    ExceptionUnused(),
    # Layout
    RootInitMissing(),
    # Registration
    # Contract
    # Database
    # Logging and errors
    # Security
    # Versions
]
