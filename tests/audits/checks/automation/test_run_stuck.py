"""EXTRAS-RUN-001: which runs hang."""

from jobs.audits.checks.automation import StuckRun


def test_beyond_the_limit_of_its_job(ask, make_job, make_run):
    job = make_job("Backup", time_limit=600)
    make_run(job, "STARTED", age=0, minutes=16, worker="celery@one")
    (finding,) = ask(StuckRun())
    assert finding.details["time limit"] == "600 s"
    assert finding.details["worker"] == "celery@one"


def test_within_it(found, make_job, make_run):
    job = make_job("Backup", time_limit=600)
    make_run(job, "STARTED", age=0, minutes=14)
    assert found(StuckRun()) == []
    assert found(StuckRun(minutes=1)) == ["Backup"]


def test_limit_of_the_run_or_of_nautobot(found, settings, make_job, make_run):
    settings.CELERY_TASK_TIME_LIMIT = 60
    make_run(make_job("Default"), "STARTED", age=0, minutes=10)
    make_run(make_job("Longer"), "STARTED", age=0, minutes=10, celery_kwargs={"time_limit": 3600})
    assert found(StuckRun()) == ["Default"]


def test_ended_or_waiting(found, make_job, make_run):
    job = make_job("Backup", time_limit=1)
    for status in ("SUCCESS", "FAILURE", "PENDING"):
        make_run(job, status, age=3)
    assert found(StuckRun()) == []
