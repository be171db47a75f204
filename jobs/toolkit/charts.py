"""What the report of an audit charts, as plain numbers: shares of a ring, bars, heat maps, the course of the last runs."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .findings import Severity
from .summary import Point, Summary

MOST_BARS = 20
MOST_PLACES = 28
_MOST_CHILDREN = 6
_MOST_ROLES = 12
_NO_LOCATION = "No location"
_TOP = "\n"  # above all locations; no name has it


@dataclass
class Segment:
    """A piece of a bar or a ring, out of 100: where it begins and how long it is."""

    severity: Severity
    count: int
    start: float
    length: float


@dataclass
class Bar:
    """A row of a bar chart."""

    label: str
    hint: str
    value: int
    segments: list[Segment]


@dataclass
class Cell:
    """A number of a heat map, and how warm it is: 0 for none, up to 5."""

    severity: Severity
    count: int
    warmth: int = 0


@dataclass
class Place:
    """A row of a heat map.

    Args:
        label: what it is called there.
        name: what findings have; None for several together.
        depth: how far below the top.
        counts: findings by severity.
        score: of it, or None.
        cells: for each severity of the map, the most severe first.
    """

    label: str
    name: str | None
    depth: int
    counts: Counter[Severity]
    score: float | None = None
    cells: list[Cell] = field(default_factory=list)


def shares(severities: Counter[Severity]) -> list[Segment]:
    """The ring "findings by severity": 100 units for all findings, the most severe first."""
    return segments(severities, severities.total())


def segments(counts: Counter[Severity], whole: int) -> list[Segment]:
    """The pieces of a bar that is 100 long for `whole` findings, the most severe first."""
    found, start = [], 0.0
    for severity in reversed(Severity):
        if count := counts[severity]:
            length = 100 * count / whole
            found.append(Segment(severity, count, round(start, 3), round(length, 3)))
            start += length
    return found


def check_bars(summary: Summary) -> list[Bar]:
    """The chart "findings by check": those with the most findings, and a last bar for all others together."""
    found = sorted((result for result in summary.results if result.findings), key=lambda result: -result.findings)
    top, rest = (found, []) if len(found) <= MOST_BARS + 1 else (found[:MOST_BARS], found[MOST_BARS:])
    longest = max((result.findings for result in top), default=0)
    bars = [
        Bar(
            result.check.title,
            result.check.id,
            result.findings,
            segments(Counter({result.check.severity: result.findings}), longest),
        )
        for result in top
    ]
    if rest:
        bars.append(Bar(f"{len(rest)} others", "", sum(result.findings for result in rest), []))
    return bars


def location_map(summary: Summary) -> list[Place]:
    """The heat map "findings by location": the tree of locations, opened where there are the most findings.

    Each row has what is in the locations below it too. Of a location the six below it with the most findings are shown,
    and all others together; of the whole map MOST_PLACES rows at most.
    """
    tree = _Tree(summary.locations)
    shown = tree.opened()
    scores = summary.score.by("location") | summary.score.by_site()
    places: list[Place] = []

    def add(parent: str, depth: int) -> None:
        for name in shown[parent]:
            label = name.removeprefix(f"{parent} / ") or _NO_LOCATION
            places.append(Place(label, name, depth, tree.counts[name], scores.get(name)))
            if name in shown:
                add(name, depth + 1)
        if rest := tree.children[parent][len(shown[parent]) :]:
            others = sum((tree.counts[name] for name in rest), Counter[Severity]())
            places.append(Place(f"{len(rest)} others", None, depth, others))

    if summary.locations:
        add(_TOP, 0)
    return _warmed(places, summary)


def role_map(summary: Summary, roles: Mapping[str, Counter[Severity]]) -> list[Place]:
    """The heat map "findings by role": those with the most findings, and a last row for all others together."""
    ranked = sorted(roles, key=lambda name: (-roles[name].total(), name))
    top, rest = (ranked, []) if len(ranked) <= _MOST_ROLES + 1 else (ranked[:_MOST_ROLES], ranked[_MOST_ROLES:])
    scores = summary.score.by("role")
    places = [Place(name or "No role", name, 0, roles[name], scores.get(name)) for name in top]
    if rest:
        others = sum((roles[name] for name in rest), Counter[Severity]())
        places.append(Place(f"{len(rest)} others", None, 0, others))
    return _warmed(places, summary)


def _warmed(places: list[Place], summary: Summary) -> list[Place]:
    """With a cell for each severity of which there are findings; warmth grows with the order of magnitude."""
    columns = [severity for severity in reversed(Severity) if summary.severities[severity]]
    hottest = max((count for place in places for count in place.counts.values()), default=0)
    for place in places:
        for severity in columns:
            count = place.counts[severity]
            warmth = 1 + round(4 * math.log1p(count) / math.log1p(hottest)) if count else 0
            place.cells.append(Cell(severity, count, warmth))
    return places


class _Tree:
    """Locations, and those above them, with all that is found in and below each."""

    def __init__(self, locations: Mapping[str, Counter[Severity]]) -> None:
        self.counts: defaultdict[str, Counter[Severity]] = defaultdict(Counter)
        below: defaultdict[str, set[str]] = defaultdict(set)
        for name, found in locations.items():
            parts, above = name.split(" / "), _TOP
            for depth in range(1, len(parts) + 1):
                here = " / ".join(parts[:depth])
                self.counts[here].update(found)
                below[above].add(here)
                above = here
        self.children = defaultdict(list, {name: self._ranked(below, names) for name, names in below.items()})

    def _ranked(self, below: Mapping[str, set[str]], names: Iterable[str]) -> list[str]:
        """Those with the most findings first. One with nothing but a single location below it gives way to that one."""
        found = []
        for name in names:
            while len(below.get(name, ())) == 1 and self.counts[name] == self.counts[only := next(iter(below[name]))]:
                name = only
            found.append(name)
        return sorted(found, key=lambda name: (-self.counts[name].total(), name))

    def opened(self) -> dict[str, list[str]]:
        """The locations to be shown below each that is opened."""
        shown: dict[str, list[str]] = {}
        waiting, room = [_TOP], MOST_PLACES
        while waiting:
            waiting.sort(key=lambda name: -self.counts[name].total() if name in self.counts else -math.inf)
            name = waiting.pop(0)
            children = self.children[name]
            most = room if name == _TOP else min(room, _MOST_CHILDREN + 1)
            if len(children) > most:
                children = children[: max(most - 1, 0)]  # the last row is for the others
            if not children:
                continue
            shown[name] = children
            room -= len(children) + (len(self.children[name]) > len(children))
            waiting += [child for child in children if self.children[child]]
        return shown


@dataclass
class Run:
    """A column of the chart "the last runs". Lengths are those of the drawing: see `Course`.

    Args:
        point: what is charted.
        x: the middle of the column.
        left: where it begins.
        pieces: findings by severity, the most severe on top; start and length are those of the drawing.
        y: where the point of the score lies, or None.
        label: the day, where there is room for it.
    """

    point: Point
    x: float
    left: float
    pieces: list[Segment]
    y: float | None
    label: str


@dataclass
class Course:
    """The chart "the last runs": findings by severity of each, and its score above.

    Args:
        runs: a column each, the oldest first.
        most: findings at the top of the scale.
        column: how wide a column is.
        scores: the scale of the scores, or None if no run has one.
        lines: points of the polylines of the scores.
    """

    runs: list[Run]
    most: int
    column: float
    scores: tuple[int, int] | None
    lines: list[str]


# The drawing: columns from left to right, scores from top to bottom, findings from top to bottom.
_ACROSS, _SCORES, _FINDINGS = (46, 396), (16, 66), (96, 222)
_MOST_LABELS = 7


def course(summary: Summary) -> Course | None:
    """The earlier runs and this one; None where this is the first."""
    if not summary.course:
        return None
    points = [*summary.course, Point(summary.started, summary.severities, summary.score.total)]
    known = [point.score for point in points if point.score is not None]
    scale = _scale(known) if known else None
    most = max(point.severities.total() for point in points)
    step = (_ACROSS[1] - _ACROSS[0]) / len(points)
    column = round(min(step * 0.66, 40), 1)
    each = math.ceil(len(points) / _MOST_LABELS)
    runs = []
    for at, point in enumerate(points):
        x = round(_ACROSS[0] + (at + 0.5) * step, 1)
        y = None
        if scale and point.score is not None:
            y = _between(*_SCORES, (point.score - scale[0]) / (scale[1] - scale[0]))
        label = f"{point.when:%m-%d}" if (len(points) - 1 - at) % each == 0 else ""
        runs.append(Run(point, x, round(x - column / 2, 1), _pieces(point.severities, most), y, label))
    return Course(runs, most, column, scale, _lines(runs))


def _between(top: float, bottom: float, share: float) -> float:
    return round(bottom - share * (bottom - top), 1)


def _pieces(counts: Counter[Severity], most: int) -> list[Segment]:
    """A column of the findings, from its top."""
    found, left = [], counts.total()
    for severity in reversed(Severity):
        if count := counts[severity]:
            start, end = (_between(*_FINDINGS, share / most) for share in (left, left - count))
            found.append(Segment(severity, count, start, round(end - start, 1)))
            left -= count
    return found


def _scale(scores: list[float]) -> tuple[int, int]:
    """The tens between which they lie."""
    low = min(10 * math.floor(min(scores) / 10), 90)
    return low, max(10 * math.ceil(max(scores) / 10), low + 10)


def _lines(runs: list[Run]) -> list[str]:
    """The line of the scores, in pieces where runs without one lie between: points of SVG polylines."""
    lines: list[list[str]] = [[]]
    for run in runs:
        if run.y is None:
            lines.append([])
        else:
            lines[-1].append(f"{run.x},{run.y}")
    return [" ".join(line) for line in lines if len(line) > 1]
