"""What a run costs: the counter of queries, and what a worker writes down of it."""

import json

import pytest
from django.db import connection
from nautobot.dcim.models import Location
from nautobot_dev_tools import metrics
from nautobot_dev_tools.metrics import QueryCounter

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(metrics.FOLDER, str(tmp_path / "metrics"))
    return tmp_path / "metrics"


def test_queries_are_counted_and_repeated_ones_named():
    counter = QueryCounter()

    with connection.execute_wrapper(counter):
        for number in range(4):
            list(Location.objects.filter(name=f"site {number}"))
        Location.objects.count()
    Location.objects.count()

    assert (counter.total, counter.log) == (5, 0)
    ((count, sql),) = counter.repeated()
    assert count == 4
    assert '"dcim_location"."name" = %s' in sql


def test_lists_of_any_length_are_the_same_query():
    counter = QueryCounter()

    with connection.execute_wrapper(counter):
        for length in (1, 2, 7):
            list(Location.objects.filter(name__in=[f"site {number}" for number in range(length)]))

    ((count, sql),) = counter.repeated()
    assert (count, "IN (…)" in sql) == (3, True)


def test_a_log_entry_counts_as_the_two_queries_that_it_costs():
    counter = QueryCounter()

    for sql in ('SELECT "x" FROM "extras_jobresult"', 'INSERT INTO "extras_joblogentry" ("id") VALUES (%s)'):
        counter(lambda *_: None, sql, (), False, {})

    assert (counter.total, counter.log) == (2, 2)


def test_a_run_is_measured_and_read(folder):
    metrics._before("task-1")
    for _ in range(3):
        Location.objects.count()
    held = bytearray(64 * 2**20)
    metrics._after("task-1")
    del held

    measured = metrics.read("task-1")

    assert (measured["queries"], measured["log_queries"]) == (3, 0)
    assert [count for count, _ in measured["repeated"]] == [3]
    assert measured["peak_memory"] is None or measured["peak_memory"] >= 60 * 2**20
    assert not connection.execute_wrappers
    assert [path.name for path in folder.iterdir()] == ["task-1.json"]
    assert json.loads((folder / "task-1.json").read_text()) == measured


def test_runs_inside_each_other_are_measured_apart(folder):
    metrics._before("outer")
    Location.objects.count()
    metrics._before("inner")
    Location.objects.count()
    metrics._after("inner")
    Location.objects.count()
    metrics._after("outer")

    assert metrics.read("inner")["queries"] == 1
    assert metrics.read("outer")["queries"] == 3


def test_what_was_not_measured_is_empty(folder):
    assert metrics.read("nothing", patience=0) == {}
