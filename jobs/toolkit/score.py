"""A score from 0 to 100 for the data: of all, of each location, of each role and of each check.

Each check asks one question about each object of its model in scope. A question weighs as much as the severity of its
check (WEIGHTS). The score is the weight of the questions answered well, out of the weight of all questions asked:

    100 x (1 - sum over checks (weight x objects with findings) / sum over checks (weight x objects looked at))

So it does not depend on how many objects or how many findings on one object there are, and runs compare. Waived
findings count as answered well. Checks that were not asked, or could not finish, do not count.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable
from typing import NamedTuple

from django.db.models import Count, QuerySet

from .checks import Check
from .findings import Severity
from .subjects import subject_of

WEIGHTS = {Severity.CRITICAL: 20, Severity.HIGH: 10, Severity.MEDIUM: 4, Severity.LOW: 1, Severity.INFO: 0}

Place = tuple[Hashable, str]  # primary key of a location or None, name of a role or ""


def census(objects: QuerySet, label: str) -> Counter[Place]:
    """How many of the objects there are by location and role. One query."""
    annotations = subject_of(label).annotations()
    columns = ("subject_location", "subject_role")
    rows = objects.order_by().annotate(**{column: annotations[column] for column in columns}).values_list(*columns)
    counts: Counter[Place] = Counter()
    for location, role, number in rows.annotate(subject_number=Count("pk")):
        counts[location, role or ""] += number
    return counts


def of(bad: float, asked: float) -> float | None:
    """The score, rounded down to a tenth, so that 100 means that nothing is wrong; None where nothing was asked."""
    return None if not asked else max(0.0, math.floor(1000 * (1 - bad / asked)) / 10)


class Part(NamedTuple):
    """What one check has to do with the score.

    Args:
        check: its id.
        weight: of its question.
        asked: about how many objects.
        bad: how many of them have findings.
        lost: what they cost, of the 100.
    """

    check: str
    weight: int
    asked: int
    bad: int
    lost: float


class Score:
    """What the score is made of.

    Args:
        locations: primary key to full name of each location.
    """

    def __init__(self, locations: dict[Hashable, str]) -> None:
        self._locations = locations
        self._weights: dict[str, int] = {}
        self._bad: dict[str, Counter[str]] = {"location": Counter(), "role": Counter(), "check": Counter()}
        self._asked: dict[str, Counter[str]] = {"location": Counter(), "role": Counter(), "check": Counter()}

    def ask(self, check: Check, objects: Counter[Place], bad: Counter[tuple[str, str]]) -> None:
        """A check has been asked about these objects (`census`), and has finished.

        Args:
            check: the check.
            objects: how many it looked at.
            bad: how many it found something wrong with, by full name of the location and name of the role.
        """
        weight = self._weights[check.id] = WEIGHTS[check.severity]
        for (place, role), number in objects.items():
            self._asked["location"][self._locations.get(place, "")] += weight * number
            self._asked["role"][role] += weight * number
            self._asked["check"][check.id] += number
        for (location, role), number in bad.items():
            self._bad["location"][location] += weight * number
            self._bad["role"][role] += weight * number
            self._bad["check"][check.id] += number

    @property
    def total(self) -> float | None:
        """The score of all."""
        return of(self._bad["location"].total(), self._asked["location"].total())

    def parts(self) -> list[Part]:
        """What each check asked has to do with the score, those that cost most first."""
        whole = self._asked["location"].total() or 1
        parts = []
        for check, weight in self._weights.items():
            bad = self._bad["check"][check]
            parts.append(Part(check, weight, self._asked["check"][check], bad, 100 * weight * bad / whole))
        return sorted(parts, key=lambda part: (-part.lost, part.check))

    def by(self, dimension: str) -> dict[str, float]:
        """The scores by "location" (full name, "" for none), "role" or "check" (id), where there is one."""
        asked, bad = self._asked[dimension], self._bad[dimension]
        scores = {name: of(bad[name], number) for name, number in asked.items()}
        return {name: score for name, score in sorted(scores.items()) if score is not None}

    def by_site(self) -> dict[str, float]:
        """The scores by location, those of all locations above included."""
        bad: Counter[str] = Counter()
        asked: dict[str, float] = defaultdict(float)
        for name, number in self._asked["location"].items():
            parts = name.split(" / ")
            for depth in range(1, len(parts) + 1):
                above = " / ".join(parts[:depth])
                asked[above] += number
                bad[above] += self._bad["location"][name]
        scores = {name: of(bad[name], number) for name, number in asked.items() if name}
        return {name: score for name, score in sorted(scores.items()) if score is not None}
