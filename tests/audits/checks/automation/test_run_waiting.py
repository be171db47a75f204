"""EXTRAS-RUN-002: which runs do not start."""

from jobs.audits.checks.automation import WaitingRun


def test_waits(ask, make_job, make_run):
    make_run(make_job("Audit"), "PENDING", age=0, minutes=61, date_started=None, celery_kwargs={"queue": "network"})
    (finding,) = ask(WaitingRun())
    assert finding.details["queue"] == "network"


def test_young_or_started(found, make_job, make_run):
    job = make_job("Audit")
    make_run(job, "PENDING", age=0, minutes=59, date_started=None)
    make_run(job, "STARTED", age=3)
    make_run(job, "FAILURE", age=3)
    assert found(WaitingRun()) == []
    assert found(WaitingRun(minutes=30)) == ["Audit"]
