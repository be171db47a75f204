"""What is probably one thing under two names: Jobs, and variables of a Job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from typing import TypeVar

from ..source.contracts import Job

T = TypeVar("T")
_ALIKE = 0.55


def matched(
    removed: Iterable[tuple[str, T]], added: Iterable[tuple[str, T]], likeness: Callable[[str, T, str, T], float]
) -> list[tuple[str, str, float]]:
    """Pairs of what has gone and what is new that are alike, the most alike first; each is in one pair at most."""
    news = list(added)
    pairs = [(likeness(one, x, other, y), one, other) for one, x in removed for other, y in news]
    found: list[tuple[str, str, float]] = []
    for degree, one, other in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
        if degree >= _ALIKE and not any(one == before or other == after for before, after, _ in found):
            found.append((one, other, degree))
    return found


def likeness_of_jobs(one: str, old: Job, other: str, new: Job) -> float:
    """How alike two Job classes are, from 0 to 1: their lines, names, variables and titles."""
    if old.kind != new.kind:
        return 0
    lines = _overlap(Counter(lines_of(old)), Counter(lines_of(new)))
    name = 1 if old.name == new.name else SequenceMatcher(None, old.name, new.name).ratio()
    variables = _overlap(Counter(list(old.variables)), Counter(list(new.variables)))
    title = float(old.title == new.title)
    return 0.4 * lines + 0.3 * name + 0.2 * variables + 0.1 * title


def likeness_of_options(one: str, old: dict, other: str, new: dict) -> float:
    """How alike two variables of one type are, from 0 to 1: their names and options."""
    keys = old.keys() | new.keys()
    same = sum(old.get(key) == new.get(key) for key in keys) / len(keys) if keys else 0.5
    return (SequenceMatcher(None, one, other).ratio() + same) / 2


def lines_of(job: Job) -> list[str]:
    """The lines of a class below its first, without blanks at their ends."""
    lines = job.module.file.lines[job.node.lineno : job.node.end_lineno]
    return [line.strip() for line in lines if line.strip()]


def _overlap(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0
