"""A profile: where the time of a run goes, in which functions and statements, and how the database executes these."""

import cProfile
import importlib.util
import io
import json
from types import SimpleNamespace

import pytest
from django.db import connection
from nautobot.dcim.models import Manufacturer
from nautobot_dev_tools import profiling
from rich.console import Console

JOB = """
def run(numbers):
    return sum(helper(number) for number in range(numbers))


def helper(number):
    return len(str(number))
"""


@pytest.fixture
def code(tmp_path):
    """The folder of a clone with a module."""
    path = tmp_path / "clone" / "jobs" / "work.py"
    path.parent.mkdir(parents=True)
    path.write_text(JOB)
    return tmp_path / "clone"


@pytest.fixture
def stats(code, tmp_path):
    """What cProfile writes of a run."""
    spec = importlib.util.spec_from_file_location("work", code / "jobs" / "work.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with cProfile.Profile() as profiler:
        module.run(1000)
    profiler.dump_stats(tmp_path / "run.pstats")
    return tmp_path / "run.pstats"


def statement(sql, **fields):
    known = {"count": 1, "seconds": 0.25, "rows": 3, "log": False, "own": True, "sites": [["jobs/work.py:3 run", 1]]}
    return {"sql": sql, "slowest": sql, "slowest_seconds": 0.25, **known, **fields}


@pytest.fixture
def outcome():
    totals = {kind: {"queries": number, "seconds": 0.0} for kind, number in (("own", 2), ("log", 6), ("around", 31))}
    statements = [
        statement("SELECT 1", count=2, seconds=0.5),
        statement('INSERT INTO "extras_joblogentry"', log=True),
        statement("SELECT 2", own=False),
    ]
    measured = {"totals": totals, "statements": statements, "peak_memory": 1024}
    return SimpleNamespace(status="success", seconds=1.5, log_lines=3, measured=measured)


def test_functions_of_the_repository_come_first(outcome, stats, code):
    profile = profiling.collect("tiny.jobs.work.Job", outcome, stats, code)

    own = {each["function"]: each for each in profile["functions"]["own"]}
    assert set(own) == {"jobs/work.py:2 run", "jobs/work.py:3 <genexpr>", "jobs/work.py:6 helper"}
    assert own["jobs/work.py:6 helper"]["calls"] == 1000
    assert own["jobs/work.py:2 run"]["cumulative"] > own["jobs/work.py:6 helper"]["cumulative"] > 0
    others = {each["function"]: each["calls"] for each in profile["functions"]["others"]}
    assert others["builtins.len"] == 1000
    assert profile["run"]["total"] >= own["jobs/work.py:2 run"]["cumulative"] * 0.9
    assert profile["queries"] == {"own": 2, "log": 6, "around": 31}


def test_a_run_that_never_got_to_run_has_no_functions(outcome, code):
    profile = profiling.collect("tiny.jobs.work.Job", outcome, None, code)

    assert (profile["run"], profile["functions"]) == (None, {"own": [], "others": []})
    assert len(profile["statements"]) == 3


def test_shares_are_all_of_the_time():
    assert profiling.shares(10.0, 3.0, 2.0) == {"total": 10.0, "sql": 3.0, "log": 2.0, "python": 5.0}
    assert profiling.shares(1.0, 1.2, 0.0)["python"] == 0.0  # two clocks


@pytest.mark.parametrize(
    ("file", "function", "expected"),
    [
        ("/clone/jobs/a.py", "run", "jobs/a.py:7 run"),
        ("/env/lib/python3.11/site-packages/django/db/models.py", "save", "django/db/models.py:7 save"),
        ("/usr/lib/python3.11/json/decoder.py", "decode", "json/decoder.py:7 decode"),
        ("~", "<built-in method builtins.len>", "builtins.len"),
        ("~", "<method 'execute' of 'psycopg2.extensions.cursor' objects>", "psycopg2.extensions.cursor.execute"),
    ],
)
def test_places_are_for_people(tmp_path, file, function, expected):
    clone = tmp_path / "clone"
    assert profiling.place(file.replace("/clone", str(clone)), 7, function, clone) == expected


def test_plans_of_the_slowest_selects_of_the_job(db):
    Manufacturer.objects.create(name="Maker")
    before = Manufacturer.objects.count()
    statements = [
        statement("SELECT * FROM dcim_manufacturer WHERE name LIKE '%ker'", slowest_seconds=0.2),
        statement("SELECT * FROM dcim_location", slowest_seconds=0.3),
        statement("SELECT * FROM dcim_device", slowest_seconds=0.1),
        statement("SELECT * FROM dcim_cable", slowest_seconds=0.9, own=False),
        statement("SELECT * FROM extras_jobresult", slowest_seconds=0.9, log=True),
        statement("UPDATE dcim_manufacturer SET name = ''", slowest="", slowest_seconds=0.9),
    ]

    plans = profiling.explain(statements, 2)

    assert [plan["sql"].split()[3] for plan in plans] == ["dcim_location", "dcim_manufacturer"]
    assert all(plan["site"] == "jobs/work.py:3 run" for plan in plans)
    text = "\n".join(plans[1]["plan"])
    assert "Seq Scan on dcim_manufacturer" in text
    assert "actual time=" in text
    assert "Buffers: " in text
    assert Manufacturer.objects.count() == before


def test_a_plan_may_change_nothing_and_what_the_database_refuses_is_told(db):
    writes = "WITH gone AS (DELETE FROM dcim_manufacturer RETURNING id) SELECT count(*) FROM gone"
    Manufacturer.objects.create(name="Maker")

    plans = profiling.explain([statement(writes), statement("SELECT * FROM no_such_table")], 2)

    assert "read-only transaction" in plans[0]["plan"][0]
    assert "no_such_table" in plans[1]["plan"][0]
    assert Manufacturer.objects.filter(name="Maker").exists()
    with connection.cursor() as cursor:  # the connection is as good as before
        cursor.execute("SELECT 1")


def test_what_is_shown_and_saved(outcome, stats, code, tmp_path):
    profile = profiling.collect("tiny.jobs.work.Job", outcome, stats, code)
    profile["plans"] = [{"sql": "SELECT 1", "site": "jobs/work.py:3 run", "seconds": 0.25, "plan": ["Result [x]"]}]

    text, data = profiling.save(profile, tmp_path / "new" / "folder")

    assert json.loads(data.read_text()) == json.loads(json.dumps(profile))
    shown = io.StringIO()
    profiling.show(profile, Console(file=shown, width=180))
    assert text.read_text() == shown.getvalue()
    for part in ("tiny.jobs.work.Job: success", "jobs/work.py:6 helper", "SELECT 1", "500.0", "Result [x]"):
        assert part in shown.getvalue()
    assert "extras_joblogentry" not in shown.getvalue()  # summed up, not listed
    assert "SELECT 2" not in shown.getvalue()


def test_long_statements_are_abridged():
    columns = ", ".join(f'"dcim_device"."column_{number}"' for number in range(50))
    short = profiling.abridged(f'SELECT {columns} FROM "dcim_device" WHERE {"x" * 1000}')

    assert short.startswith('SELECT "dcim_device"."column_0", ')
    assert '… FROM "dcim_device" WHERE xxx' in short
    assert short.endswith("characters)")
    assert len(short) < 300
    assert profiling.abridged("SELECT 1") == "SELECT 1"
