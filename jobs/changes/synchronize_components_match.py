"""Which component of a device or module is which template of its type: names with slots, numbers of members, and lanes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

AUTO, TYPE, REPLACE, COUNT = "auto", "type", "replace", "count"
_CONVENTIONS = (TYPE, COUNT, REPLACE)
_SLOT = re.compile(r"{module(?:\.parent)*}")
_FIRST_NUMBER = re.compile(r"[0-9]+(?=/)")
# Of names that belong to a port, these come after it: Ethernet1/1 and Ethernet1/2, or xe-0/0/1:0, of a breakout.
_LANES = "/:"


def renumbered(name: str, position: int | None, convention: str) -> str:
    """The name of a port on a member of a virtual chassis.

    Args:
        name: as the device type has it: "GigabitEthernet1/0/1".
        position: of the member; None if it is none.
        convention: TYPE leaves the name as it is, REPLACE puts the position in the place of the first number before a
            slash, COUNT counts on from that number, which is the one of position 1.
    """
    found = _FIRST_NUMBER.search(name)
    if position is None or convention == TYPE or found is None or "{module" in name[: found.start()]:
        return name
    number = position if convention == REPLACE else int(found[0]) + position - 1
    return f"{name[: found.start()]}{number}{name[found.end() :]}" if number >= 0 else name


def rendered(name: str, slots: Sequence[str]) -> str:
    """The name with the positions of module bays in the places of {module}, {module.parent} and so on.

    Args:
        name: as the module type has it: "GigabitEthernet{module}/0/1".
        slots: positions of the bays that the module is in, innermost first, without empty ones.
    """

    def position(found: re.Match[str]) -> str:
        depth = found[0].count(".parent")
        return slots[depth] if depth < len(slots) else found[0]

    return _SLOT.sub(position, name)


def convention_of(names: Iterable[str], position: int | None, there: Iterable[str], default: str = TYPE) -> str:
    """The convention by which most of the names, as the type has them, are there; the default if none is better."""
    existing, wanted = set(there), list(names)

    def score(convention: str) -> tuple[int, bool]:
        return sum(renumbered(name, position, convention) in existing for name in wanted), convention == default

    return max(_CONVENTIONS, key=score)


def matches(wanted: Sequence[Sequence[str]], there: Mapping[str, Any]) -> list[Any]:
    """What is there of each that is wanted; None where nothing is.

    Args:
        wanted: for each its names, the right one first. What is there under the right name of one is never taken for
            another.
        there: names to objects.
    """
    found = [there.get(names[0]) for names in wanted]
    taken = {names[0] for names in wanted}
    for number, names in enumerate(wanted):
        for name in names[1:]:
            if found[number] is None and name in there and name not in taken:
                found[number] = there[name]
                taken.add(name)
    return found


def trunks(names: Iterable[str]) -> set[str]:
    """The names of ports whose lanes may be among these: Ethernet1 for Ethernet1/2."""
    return {name[:end] for name in names for end, sign in enumerate(name) if sign in _LANES}


def is_lane(name: str, ports: set[str]) -> bool:
    """Is that the name of a lane of one of the ports?"""
    return any(name[:end] in ports for end, sign in enumerate(name) if sign in _LANES)


def in_order(name: str) -> list[tuple[int, str]]:
    """Sort key: numbers in names as such."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]+)", name)]
