"""Whatever ends a run in the middle of its changes: nothing is half written, and a second run completes.

The Job runs in a process of its own, which is killed, loses its connection to the database, or meets an error.
"""

import os
import signal

import psycopg2
import pytest
from django.contrib.auth import get_user_model
from nautobot.extras.registry import registry
from nautobot_dev_tools import exercises
from nautobot_dev_tools.loading import runnable
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.pytest_plugin import execute

from jobs.toolkit.changes import ChangeMixin
from jobs.toolkit.execution import Execution

# What the run's traceback has to tell.
FAULTS = {"disconnect": "OperationalError", "raise": "in the middle"}
CHANGING = [
    each
    for each in runnable(exercises.load(Project.find()))
    if issubclass(registry["jobs"][each.job], ChangeMixin) and each.expect.get("changes")
]
# Of each Job the exercise with the fewest changes; but one change has no middle.
SMALLEST = {
    each.job: each for each in sorted(CHANGING, key=lambda each: (each.expect["changes"] > 1, -each.expect["changes"]))
}

pytestmark = pytest.mark.usefixtures("sample_data")


def disconnect():
    """Let the database end the connection of this process."""
    from django.db import connection

    pid, settings = connection.connection.info.backend_pid, connection.get_connection_params()
    settings.pop("cursor_factory", None)
    with psycopg2.connect(**settings) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])


def break_at_half(fault):
    """Have the engine meet the fault when half of the changes are made."""
    make, made = Execution._make, []

    def broken(self, change):
        make(self, change)
        made.append(change)
        if len(made) == (len(self.plan.changes) + 1) // 2:
            if fault == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if fault == "disconnect":
                disconnect()
            else:
                raise RuntimeError("in the middle")

    Execution._make = broken


@pytest.fixture
def run_broken(in_own_process):
    """A function that runs an exercise in a process of its own, applied; returns how that process ended."""

    def run(exercise, fault):
        def broken():
            user, _ = get_user_model().objects.get_or_create(username="faults", defaults={"is_superuser": True})
            job = registry["jobs"][exercise.job]
            break_at_half(fault)
            found = execute(job, exercises.arguments(exercise, job, user) | {"dryrun": False}, user)
            return found.status == "FAILURE" and FAULTS[fault] in (found.exception or "")

        return in_own_process(broken)

    return run


@pytest.mark.parametrize("exercise", [pytest.param(each, id=each.job.rsplit(".", 1)[-1]) for each in SMALLEST.values()])
def test_nothing_is_half_written_and_a_second_run_completes(exercise, run_broken, rows, superuser):
    before = rows()
    assert run_broken(exercise, "kill") == -signal.SIGKILL
    assert rows() == before
    assert run_broken(exercise, "disconnect") == 0
    assert rows() == before
    assert run_broken(exercise, "raise") == 0
    assert rows() == before

    job = registry["jobs"][exercise.job]
    run = execute(job, exercises.arguments(exercise, job, superuser) | {"dryrun": False}, superuser)

    assert run.status == "SUCCESS"
    assert run.result["changes"] == exercise.expect["changes"]
    assert run.result["applied"] is True
