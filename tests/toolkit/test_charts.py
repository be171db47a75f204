"""The charts of the report: they add up, and stay small however many locations, roles and runs there are."""

from collections import Counter
from datetime import datetime, timedelta, timezone

import pytest

from jobs.toolkit.charts import (
    MOST_BARS,
    MOST_PLACES,
    check_bars,
    course,
    location_map,
    role_map,
    shares,
)
from jobs.toolkit.checks import Check
from jobs.toolkit.findings import Severity
from jobs.toolkit.score import Score
from jobs.toolkit.summary import CheckResult, Point, Summary

NOW = datetime(2026, 1, 30, 3, 4, tzinfo=timezone.utc)


def check(number, severity=Severity.LOW):
    return type(f"Sample{number}", (Check,), {"id": f"A-{number:03}", "title": f"T{number}", "severity": severity})()


@pytest.fixture
def summary():
    return Summary("job", "Title", "me", "all", "", "", NOW, Score({}))


@pytest.fixture
def at(summary):
    """A function that fills in findings of one severity by location."""

    def fill(**findings):
        for name, number in findings.items():
            name = name.replace("__", " / ")
            summary.locations["" if name == "nowhere" else name][Severity.HIGH] += number
            summary.severities[Severity.HIGH] += number
        return [(place.depth, place.label, place.counts.total()) for place in location_map(summary)]

    return fill


def test_shares_make_a_whole():
    ring = shares(Counter({Severity.HIGH: 1, Severity.LOW: 2}))
    assert [(share.severity.label, share.start, share.length) for share in ring] == [
        ("high", 0, 33.333),
        ("low", 33.333, 66.667),
    ]


class TestChecks:
    def test_bars_are_relative_to_the_longest(self, summary):
        summary.results = [CheckResult(check(number), findings=found) for number, found in enumerate((1, 4, 0, 2))]
        assert [(bar.hint, bar.value, bar.segments[0].length) for bar in check_bars(summary)] == [
            ("A-001", 4, 100),
            ("A-003", 2, 50),
            ("A-000", 1, 25),
        ]

    def test_those_beyond_the_chart_are_added_up(self, summary):
        summary.results = [CheckResult(check(number), findings=100 - number) for number in range(MOST_BARS + 3)]
        bars = check_bars(summary)
        assert len(bars) == MOST_BARS + 1
        assert (bars[-1].label, bars[-1].value) == ("3 others", 100 - MOST_BARS + 99 - MOST_BARS + 98 - MOST_BARS)

    def test_no_last_bar_for_a_single_one(self, summary):
        summary.results = [CheckResult(check(number), findings=1) for number in range(MOST_BARS + 1)]
        assert check_bars(summary)[-1].hint


class TestLocations:
    def test_tree(self, at):
        assert at(EMEA__AMS01=5, EMEA__LON01=7, EMEA=1, APAC__SIN01__A=2, APAC__SIN01__B=1, nowhere=4) == [
            (0, "EMEA", 13),
            (1, "LON01", 7),
            (1, "AMS01", 5),
            (0, "No location", 4),
            # What has nothing but a single location below it is that one.
            (0, "APAC / SIN01", 3),
            (1, "A", 2),
            (1, "B", 1),
        ]

    def test_most_of_one_location_and_the_others_together(self, at):
        rows = at(**{f"EMEA__S{number:02}": 30 - number for number in range(12)}, APAC=1)
        assert rows[:2] == [(0, "EMEA", sum(range(19, 31))), (1, "S00", 30)]
        assert rows[6:9] == [(1, "S05", 25), (1, "6 others", sum(range(19, 25))), (0, "APAC", 1)]

    @pytest.mark.parametrize("sites", [1, 5, 27, 28, 29, 200])
    def test_a_flat_list_adds_up(self, at, sites):
        rows = at(**{f"S{number:03}": number + 1 for number in range(sites)})
        assert len(rows) == min(sites, MOST_PLACES)
        assert sum(number for _, _, number in rows) == sites * (sites + 1) / 2

    def test_a_large_tree_is_opened_where_most_is_found(self, at):
        findings = {
            f"R{region}__C{country}__S{site:02}": 1 + 500 * (region == country == 2)
            for region in range(4)
            for country in range(5)
            for site in range(9)
        }
        rows = at(**findings)
        assert len(rows) <= MOST_PLACES
        assert sum(number for depth, _, number in rows if depth == 0) == sum(findings.values())
        assert rows[0][:2] == (0, "R2")
        assert rows[1] == (1, "C2", 9 * 501)
        assert rows[2][:2] == (2, "S00")
        # Below each that is opened, all of it is told.
        below = [number for depth, _, number in rows[2:] if depth == 2]
        assert sum(below[:7]) == 9 * 501

    def test_none(self, summary):
        assert location_map(summary) == []

    def test_scores_count_what_is_below(self, summary):
        summary.score = score = Score({1: "EMEA / AMS01", 2: "EMEA / LON01", 3: "EMEA"})
        objects = Counter({(1, ""): 10, (2, ""): 10, (3, ""): 5, (None, ""): 4})
        score.ask(check(1), objects, Counter({("EMEA / AMS01", ""): 1, ("", ""): 1}))
        for name in ("EMEA / AMS01", "EMEA / LON01", ""):
            summary.locations[name][Severity.LOW] = 1
        scores = {place.label: place.score for place in location_map(summary)}
        assert scores == {"EMEA": 96, "AMS01": 90, "LON01": 100, "No location": 75}

    def test_warmth_grows_with_the_order_of_magnitude(self, summary):
        summary.severities = Counter({Severity.CRITICAL: 1001, Severity.LOW: 30})
        summary.locations["A"] = Counter({Severity.CRITICAL: 1000, Severity.LOW: 30})
        summary.locations["B"] = Counter({Severity.CRITICAL: 1})
        first, second = location_map(summary)
        assert [(cell.severity.label, cell.count, cell.warmth) for cell in first.cells] == [
            ("critical", 1000, 5),
            ("low", 30, 3),
        ]
        assert [cell.warmth for cell in second.cells] == [1, 0]


def test_roles(summary):
    roles = {f"Role {number:02}": Counter({Severity.HIGH: 20 - number}) for number in range(14)}
    places = role_map(summary, {**roles, "": Counter({Severity.LOW: 100})})
    assert [place.label for place in places] == ["No role", *(f"Role {number:02}" for number in range(11)), "3 others"]
    assert places[-1].counts == {Severity.HIGH: 9 + 8 + 7}
    assert sum(place.counts.total() for place in places) == 100 + sum(range(7, 21))


class TestCourse:
    def runs(self, summary, *scores, most=10):
        for number, score in enumerate(scores):
            found = Counter({Severity.HIGH: most - number, Severity.LOW: most})
            summary.course.append(Point(NOW - timedelta(days=len(scores) - number), found, score))
        summary.severities = Counter({Severity.HIGH: 5, Severity.LOW: 5})
        return course(summary)

    def test_none_before(self, summary):
        assert self.runs(summary) is None

    def test_columns_are_relative_to_the_highest(self, summary):
        drawn = self.runs(summary, 80.0, 85.5)
        assert (drawn.most, len(drawn.runs)) == (20, 3)
        first, _, this = drawn.runs
        assert [(piece.severity.label, piece.start, piece.length) for piece in first.pieces] == [
            ("high", 96, 63),
            ("low", 159, 63),
        ]
        assert (this.pieces[0].start, this.pieces[-1].start + this.pieces[-1].length) == (159, 222)
        assert drawn.runs[0].left + drawn.column < drawn.runs[1].left

    def test_scores_have_a_scale_of_tens(self, summary):
        drawn = self.runs(summary, 80.0, 85.0, 90.0)
        assert drawn.scores == (80, 90)
        assert [run.y for run in drawn.runs] == [66, 41, 16, None]
        assert len(drawn.lines) == 1

    @pytest.mark.parametrize(
        ("score", "scale"), [(100.0, (90, 100)), (0.0, (0, 10)), (90.0, (90, 100)), (5.1, (0, 10))]
    )
    def test_scores_that_are_all_the_same(self, summary, score, scale):
        drawn = self.runs(summary, score)
        assert drawn.scores == scale
        assert 16 <= drawn.runs[0].y <= 66

    def test_the_line_has_gaps_where_scores_are_unknown(self, summary):
        drawn = self.runs(summary, 80.0, 81.0, None, 82.0, 83.0)
        assert [line.count(",") for line in drawn.lines] == [2, 2]

    def test_days_have_room(self, summary):
        drawn = self.runs(summary, *[90.0] * 20, most=40)
        labels = [run.label for run in drawn.runs if run.label]
        assert len(labels) == 7
        assert drawn.runs[-1].label == "01-30"

    def test_runs_without_findings(self, summary):
        summary.course.append(Point(NOW, Counter(), 100.0))
        assert [run.pieces for run in course(summary).runs] == [[], []]
