"""Which of a device's addresses becomes primary. No database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address
from typing import Any, NamedTuple

from ..toolkit.access import RefusalError
from ..toolkit.primary_addresses import LOOPBACK, MANAGEMENT, OTHER, SHARED_ROLES

ONLY, MANAGEMENT_FIRST, LOOPBACK_FIRST, BY_NAME = "only", "management", "loopback", "names"
POLICIES = {
    ONLY: "The only candidate",
    MANAGEMENT_FIRST: "Management-only interfaces first, then loopback interfaces",
    LOOPBACK_FIRST: "Loopback interfaces first, then management-only interfaces",
    BY_NAME: "By names of interfaces",
}

# Addresses of these roles belong to several devices, or are not what a device is reached at.
SHARED = (*SHARED_ROLES, "Secondary")


class Candidate(NamedTuple):
    """An address on an interface of the device.

    Args:
        key: of the address.
        host: the address; candidates of one choice are of one family.
        text: with its mask: "192.0.2.1/24".
        interface: name of the interface.
        kind: MANAGEMENT, LOOPBACK or OTHER.
    """

    key: Any
    host: IPv4Address | IPv6Address
    text: str
    interface: str
    kind: int

    def __str__(self) -> str:
        return f"{self.text} on {self.interface}"


class Choice(NamedTuple):
    """What comes of a choice: at most one is chosen; else those among which nothing could be chosen."""

    chosen: Candidate | None
    among: list[Candidate]


def order_of(policy: str, patterns: Sequence[str]) -> Callable[[Candidate], int | None]:
    """The rank of a candidate by a policy, the lowest is the best; None for one that is not eligible."""
    if policy == BY_NAME:
        return lambda candidate: rank_of(candidate.interface, patterns)
    ranks = {
        ONLY: {MANAGEMENT: 0, LOOPBACK: 0, OTHER: 1},
        MANAGEMENT_FIRST: {MANAGEMENT: 0, LOOPBACK: 1, OTHER: 2},
        LOOPBACK_FIRST: {LOOPBACK: 0, MANAGEMENT: 1, OTHER: 2},
    }[policy]
    return lambda candidate: ranks[candidate.kind]


def choose(candidates: Iterable[Candidate], rank: Callable[[Candidate], int | None], *, lowest: bool = False) -> Choice:
    """The best candidate, if it is alone among the best.

    Args:
        candidates: of one family. An address may be on several interfaces.
        rank: see `order_of`.
        lowest: among several, take the lowest address.
    """
    ranked: defaultdict[int, dict[Any, Candidate]] = defaultdict(dict)
    for candidate in sorted(candidates, key=lambda each: (int(each.host), each.interface, each.kind)):
        if (place := rank(candidate)) is not None:
            ranked[place].setdefault(candidate.key, candidate)
    if not ranked:
        return Choice(None, [])
    best = list(ranked[min(ranked)].values())
    return Choice(best[0] if len(best) == 1 or lowest else None, best)


def patterns_of(field: str, text: str | None) -> list[str]:
    """Patterns of names as users write them, "mgmt*, Vlan900", in order.

    Raises:
        RefusalError: a pattern is too long to be one.
    """
    patterns = [part.strip() for part in (text or "").split(",") if part.strip()]
    if any(len(pattern) > 255 or pattern.count("*") > 8 for pattern in patterns):
        raise RefusalError(f"{field}: a pattern has at most 255 characters and 8 asterisks.")
    return patterns


def rank_of(name: str, patterns: Sequence[str]) -> int | None:
    """Number of the first pattern that a name matches, capital or small letters; None if it matches none."""
    for number, pattern in enumerate(patterns):
        if fnmatchcase(name.lower(), pattern.lower()):
            return number
    return None
