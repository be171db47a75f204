"""EXTRAS-JOB-003: which records of Jobs have no code."""

from jobs.audits.checks.automation import MissingJob


def test_missing(ask, make_job, make_run, make_schedule):
    job = make_job("Backup", installed=False)
    for _ in range(3):
        make_run(job)
    make_schedule(job)
    (finding,) = ask(MissingJob(), objects=type(job).objects.filter(pk=job.pk))
    assert finding.details == {"class": "tests.Backup", "schedules": "1", "job results": "3"}


def test_there(found, make_job):
    job = make_job("Backup", enabled=False)
    assert found(MissingJob(), objects=type(job).objects.filter(pk=job.pk)) == []
