"""What tests of changing Jobs share: the rows of the whole database, and engine runs of a plan made by the test."""

import json
from collections import defaultdict
from types import SimpleNamespace

import pytest

from jobs.changes.undo import UndoChange

# What no undo brings back as it was, and nobody misses: times, logs, results, and what Nautobot computes anew.
CLOCKS = {"created", "last_updated", "_name", "_path_id"}
LEFT_OUT = {
    "extras_objectchange",
    "extras_jobresult",
    "extras_joblogentry",
    "extras_fileproxy",
    "extras_fileattachment",
    "extras_job",
    "dcim_cablepath",
    "django_session",
    "users_user",
}
# Rows whose own key means nothing: they are compared without it.
KEYLESS = {"extras_taggeditem", "dcim_cabletocabletermination"}


def reading():
    """One statement for all tables: name of the table, and a row of it as text."""
    from django.apps import apps
    from django.db import connection

    parts = []
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        left_out = table in LEFT_OUT or table.startswith(("silk_", "django_celery", "constance", "auth_"))
        if left_out or not model._meta.managed or model._meta.proxy:
            continue
        skip = CLOCKS | ({model._meta.pk.column} if model._meta.auto_created or table in KEYLESS else set())
        columns = [field.column for field in model._meta.concrete_fields if field.column not in skip]
        # Each with its name, so that a difference can be read.
        named = ", ".join(f"'{column}', {connection.ops.quote_name(column)}" for column in columns)
        parts.append(f"SELECT '{table}', JSON_BUILD_OBJECT({named})::text FROM \"{table}\"")
    return " UNION ALL ".join(parts)


@pytest.fixture
def rows(db):
    """A function that returns all rows of the database, as a set of texts for each table."""
    from django.db import connection

    def read():
        found = defaultdict(set)
        with connection.cursor() as cursor:
            cursor.execute(reading())
            for table, row in cursor:
                found[table].add(row)
        return dict(found)

    return read


def differences(before, after):
    """What two states of the database do not have in common, by table."""
    return {
        table: {
            "gone": before.get(table, set()) - after.get(table, set()),
            "new": after.get(table, set()) - before.get(table, set()),
        }
        for table in {*before, *after}
        if before.get(table) != after.get(table)
    }


@pytest.fixture
def undo(run_job):
    """A function that undoes an applied run: ``undo(run, dryrun=False, user=None)``."""

    def take_back(run, *, dryrun=False, user=None):
        return run_job(UndoChange, {"run_to_undo": run.job_result, "dryrun": dryrun}, user=user)

    return take_back


@pytest.fixture
def comes_back(rows, undo):
    """A context manager: what the block applies, returning its run through `applied.run`, can be undone row by row."""
    from contextlib import contextmanager

    @contextmanager
    def check():
        before, applied = rows(), SimpleNamespace(run=None)
        yield applied
        assert applied.run.result["applied"], applied.run.messages()
        assert differences(before, rows())
        run = undo(applied.run)
        assert run.status == "SUCCESS", run.messages()
        assert differences(before, rows()) == {}
        again = undo(applied.run)
        assert again.result["changes"] == 0

    return check


@pytest.fixture
def execute(monkeypatch, run_job):
    """A function that lets the engine execute a plan: ``execute(planner, dryrun=False, user=None, only_if="", keep_good=False)``."""
    from nautobot.extras.models import JobResult

    from jobs.toolkit.changes import Changes

    original = Changes.run

    def run(planner, *, dryrun=False, user=None, only_if="", keep_good=False):
        inputs = {"run_to_undo": JobResult.objects.create(name="any"), "dryrun": dryrun, "only_if": only_if}
        with monkeypatch.context() as patch:
            patch.setattr(UndoChange, "_plan", lambda _, plan, __: planner(plan))
            patch.setattr(Changes, "run", lambda *args, **options: original(*args, **options, keep_good=keep_good))
            return run_job(UndoChange, inputs, user=user)

    return run


@pytest.fixture
def plan_of():
    """A function that returns what `plan.json` of a run has."""
    return lambda run: json.loads(run.files["plan.json"])
