"""Log Levels: level, grouping, object, and what does not reach the job log."""

import logging
from importlib.util import find_spec

import pytest
from nautobot.extras.choices import LogLevelChoices
from nautobot.extras.models import Job as JobModel

from jobs.examples import log_levels
from jobs.examples.log_levels import LogLevels


@pytest.fixture(autouse=True)
def level_of_a_worker(caplog):
    """A worker in production logs from info on."""
    caplog.set_level(logging.INFO, logger=log_levels.__name__)


@pytest.mark.parametrize("debug", [False, True])
def test_levels(run_job, debug):
    run = run_job(LogLevels, {"debug": debug})

    assert run.status == "SUCCESS"  # whatever is logged
    assert run.result is None
    levels = [entry.log_level for entry in run.logs if entry.grouping == "_levels"]
    assert levels == [*(["debug"] if debug else []), "info", "success", "warning", "failure", "error", "critical"]


def test_no_level_is_missing(run_job):
    assert {entry.log_level for entry in run_job(LogLevels, {"debug": True}).logs} == set(LogLevelChoices.values())


def test_the_level_is_set_back(run_job):
    run_job(LogLevels, {"debug": True})
    assert log_levels.logger.level == logging.INFO
    assert "debug" not in [entry.log_level for entry in run_job(LogLevels).logs if entry.grouping == "_levels"]


def test_what_an_entry_carries(run_job):
    run = run_job(LogLevels)

    assert len([entry for entry in run.logs if entry.grouping == "a grouping"]) == 1
    linked = [entry for entry in run.logs if entry.log_object and entry.grouping == "_carried"]
    record = JobModel.objects.get(job_class_name="LogLevels")
    assert [(entry.log_object, entry.absolute_url) for entry in linked] == [(record.name, record.get_absolute_url())]
    assert not any("worker's own log" in message for message in run.messages())
    assert any("*Markdown*" in message for message in run.messages())


def test_skipped_entries_reach_the_worker(run_job, caplog):
    run_job(LogLevels)
    assert any("worker's own log" in record.getMessage() for record in caplog.records)


def test_credentials_are_redacted(run_job):
    [message] = [message for message in run_job(LogLevels).messages() if "password" in message]
    assert message.endswith("(redacted)")


def test_outside_the_class(run_job):
    run = run_job(LogLevels)
    assert [entry.log_level for entry in run.logs if entry.grouping == "outside_the_class"] == ["info"]
    assert log_levels.logger is LogLevels().logger


def test_printing_becomes_a_warning(run_job):
    [entry] = [entry for entry in run_job(LogLevels).logs if entry.message.startswith("Printed")]
    assert entry.log_level == "warning"


@pytest.mark.django_db
def test_console_log_is_asked_for():
    """Since Nautobot 3.1; before, there is none, and Meta may speak of it all the same."""
    form = getattr(LogLevels, "as_execution_form", LogLevels.as_form)()
    asked = [form.fields[name].initial for name in form.fields if name == "_console_log"]
    assert asked == ([True] if find_spec("nautobot.extras.jobs_console_log") else [])
