"""What a run costs: the counter of queries, and what a worker writes down of it."""

import json
import logging
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from nautobot.core.celery.log import NautobotDatabaseHandler
from nautobot.dcim.models import Location, Manufacturer
from nautobot.extras.models import JobResult
from nautobot_dev_tools import metrics
from nautobot_dev_tools.metrics import QueryCounter, QueryRecorder

pytestmark = pytest.mark.django_db

# Celery names its tasks so, and Nautobot the results of Jobs.
TASK, INNER = (str(UUID(int=number)) for number in (1, 2))
# Below this folder lies the folder of the tests, as a clone lies below Nautobot's folder of clones.
CLONES = Path(__file__).parents[1]


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
    metrics._before(TASK)
    for _ in range(3):
        Location.objects.count()
    held = bytearray(64 * 2**20)
    metrics._after(TASK)
    del held

    measured = metrics.read(TASK)

    assert (measured["queries"], measured["log_queries"]) == (3, 0)
    assert [count for count, _ in measured["repeated"]] == [3]
    assert measured["peak_memory"] is None or measured["peak_memory"] >= 60 * 2**20
    assert not connection.execute_wrappers
    assert [path.name for path in folder.iterdir()] == [f"{TASK}.json"]
    assert json.loads((folder / f"{TASK}.json").read_text()) == measured


def test_runs_inside_each_other_are_measured_apart(folder):
    metrics._before(TASK)
    Location.objects.count()
    metrics._before(INNER)
    Location.objects.count()
    metrics._after(INNER)
    Location.objects.count()
    metrics._after(TASK)

    assert metrics.read(INNER)["queries"] == 1
    assert metrics.read(TASK)["queries"] == 3


def test_what_was_not_measured_is_empty(folder):
    assert metrics.read(TASK, patience=0) == {}


@pytest.fixture
def manufacturers():
    Manufacturer.objects.bulk_create(Manufacturer(name=f"maker {number}") for number in range(5))
    return Manufacturer.objects.filter(name__startswith="maker").order_by("name")


@pytest.mark.parametrize("read", [list, lambda rows: list(rows.iterator(chunk_size=2))], ids=["list", "iterator"])
def test_a_recorder_takes_time_rows_and_origin(manufacturers, read):
    """Of a server-side cursor too, which works while it is read."""
    recorder = QueryRecorder([CLONES])

    with connection.execute_wrapper(recorder):
        for _ in range(2):
            assert len(read(manufacturers.all())) == 5

    (statement,) = recorder.statements()
    assert (statement["count"], statement["rows"], statement["own"], statement["log"]) == (2, 10, True, False)
    assert 0 < statement["slowest_seconds"] < statement["seconds"] < 10
    sites = dict(statement["sites"])
    assert sum(sites.values()) == 2
    assert all(site.startswith("test_metrics.py:") for site in sites)
    assert recorder.totals()["own"] == {"queries": 2, "seconds": statement["seconds"]}
    with connection.cursor() as cursor:
        cursor.execute(statement["slowest"])
        assert len(cursor.fetchall()) == 5


def test_a_cursor_that_is_used_again(manufacturers):
    recorder = QueryRecorder([CLONES])

    with connection.execute_wrapper(recorder), connection.cursor() as cursor:
        for sql in ("SELECT name FROM dcim_manufacturer LIMIT 2", "SELECT name FROM dcim_manufacturer LIMIT 3"):
            cursor.execute(sql)
            cursor.fetchall()

    assert sorted(statement["rows"] for statement in recorder.statements()) == [2, 3]


def test_queries_of_nautobot_itself_are_told_apart():
    recorder = QueryRecorder([CLONES / "nowhere"])

    with connection.execute_wrapper(recorder):
        Location.objects.count()

    (statement,) = recorder.statements()
    assert statement["own"] is False
    assert recorder.totals()["around"]["queries"] == 1


def test_queries_of_the_job_log_are_told_apart():
    job_result = JobResult.objects.create(name="x")
    record = logging.makeLogRecord({"msg": "said", "levelname": "INFO", "funcName": "run", "task_id": job_result.pk})
    recorder = QueryRecorder([CLONES])

    with connection.execute_wrapper(recorder):
        NautobotDatabaseHandler().emit(record)

    assert job_result.job_log_entries.get().message == "said"
    assert recorder.totals()["log"]["queries"] == recorder.total >= 2
    assert recorder.totals()["own"]["queries"] == 0


def test_no_parameters_of_what_writes_are_kept():
    recorder = QueryRecorder([CLONES])

    with connection.execute_wrapper(recorder):
        Manufacturer.objects.bulk_create([Manufacturer(name="secret")])

    assert "secret" not in json.dumps(recorder.statements())


@pytest.mark.parametrize("profiled", [True, False])
def test_statements_are_recorded_of_runs_that_nautobot_profiles(folder, profiled):
    JobResult.objects.create(pk=TASK, name="x", celery_kwargs={"nautobot_job_profile": profiled})

    metrics._before(TASK)
    Location.objects.count()
    metrics._after(TASK)

    measured = metrics.read(TASK)
    assert measured["queries"] == 1
    assert [statement["count"] for statement in measured.get("statements", [])] == [1] * profiled
