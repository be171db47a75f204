"""Names of the roles and statuses that Nautobot's own migrations create. Nothing marks the objects themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nautobot.extras.management import ROLE_CHOICESET_MAP, STATUS_CHOICESET_MAP
from nautobot.ipam.choices import IPAddressRoleChoices


def shipped_statuses() -> set[str]:
    """Names of all statuses that Nautobot ships."""
    return _names(STATUS_CHOICESET_MAP)


def shipped_roles() -> set[str]:
    """Names of all roles that Nautobot ships: those of contacts and so on, and what roles of addresses used to be."""
    return _names(ROLE_CHOICESET_MAP) | {label for _, label in IPAddressRoleChoices.CHOICES}


def _names(choice_sets: Mapping[str, Any]) -> set[str]:
    return {label for choice_set in choice_sets.values() for _, label in choice_set.CHOICES}
