"""Which devices move first, so that each finds its rack units free; swaps included. Nothing here asks the database."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import NamedTuple, TypeVar

FACES = ("front", "rear")

_Key = TypeVar("_Key", bound=Hashable)
Cell = tuple[Hashable, int, str]


class Move(NamedTuple):
    """Where a device is, and where it goes.

    Args:
        now: the cells that it occupies: rack, unit and face of each.
        then: those that it will occupy.
    """

    now: frozenset[Cell] = frozenset()
    then: frozenset[Cell] = frozenset()


def cells(rack: Hashable, position: int | None, height: int, face: str, full_depth: bool) -> frozenset[Cell]:
    """What a device occupies: nothing without a position; both faces if it is as deep as the rack."""
    if rack is None or not position:
        return frozenset()
    faces = FACES if full_depth else (face,)
    return frozenset((rack, unit, each) for unit in range(position, position + height) for each in faces)


def in_order(moves: Mapping[_Key, Move]) -> list[tuple[_Key, bool]]:
    """The steps of all moves: a device, and whether it is lifted out only, to make room in a circle, and placed later.

    No device is lifted out unless moves wait for each other in a circle. Targets have to be free otherwise.
    """
    holders = {cell: key for key, move in moves.items() for cell in move.now}
    waits: dict[_Key, set[_Key]] = {}
    waited_for: defaultdict[_Key, list[_Key]] = defaultdict(list)
    for key, move in moves.items():
        waits[key] = {holders[cell] for cell in move.then if cell in holders} - {key}
        for other in waits[key]:
            waited_for[other].append(key)
    rank = {key: number for number, key in enumerate(moves)}
    ready = deque(key for key in moves if not waits[key])
    steps: list[tuple[_Key, bool]] = []
    placed: set[_Key] = set()
    lifted: set[_Key] = set()

    def gone(key: _Key) -> None:
        for other in sorted(waited_for.pop(key, ()), key=rank.__getitem__):
            waits[other].discard(key)
            if not waits[other]:
                ready.append(other)

    while len(placed) < len(moves):
        while ready:
            key = ready.popleft()
            steps.append((key, False))
            placed.add(key)
            gone(key)
        circle = _one_of_a_circle(moves, waits, placed)
        if circle is not None:
            steps.append((circle, True))
            lifted.add(circle)
            gone(circle)
    return steps


def _one_of_a_circle(moves: Iterable[_Key], waits: Mapping[_Key, set[_Key]], placed: set[_Key]) -> _Key | None:
    """A device that, over others, waits for itself."""
    key = next((each for each in moves if each not in placed), None)
    path: set[_Key] = set()
    while key is not None and key not in path:
        path.add(key)
        key = min(waits[key], key=str, default=None)
    return key


def lowest_free(taken: Collection[Cell], rack: Hashable, units: int, height: int, face: str, full_depth: bool) -> int:
    """The lowest position where a device fits; 0 if there is none."""
    for position in range(1, units - height + 2):
        if cells(rack, position, height, face, full_depth).isdisjoint(taken):
            return position
    return 0
