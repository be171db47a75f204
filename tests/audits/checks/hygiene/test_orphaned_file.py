"""EXTRAS-FILE-001: which files belong to no job."""

from datetime import timedelta

import pytest

from jobs.audits.checks.hygiene import OrphanedFile


@pytest.fixture
def make_file(lab):
    from django.utils import timezone
    from nautobot.extras.models import FileProxy

    def run(name, days, job_result=None):
        (file,) = FileProxy.objects.bulk_create([FileProxy(name=name, file=name, job_result=job_result)])
        lab.force(file, uploaded_at=timezone.now() - timedelta(days=days))

    return run


def test_old_and_of_no_job(ask, make_file):
    make_file("old.csv", 31)
    (finding,) = ask(OrphanedFile())
    assert finding.display == "old.csv"
    assert list(finding.details) == ["uploaded"]


def test_young(found, make_file):
    make_file("young.csv", 29)
    assert found(OrphanedFile()) == []
    assert found(OrphanedFile(days=10)) == ["young.csv"]


def test_of_a_job(found, make_file):
    from nautobot.extras.models import JobResult

    make_file("report.html", 31, JobResult.objects.create(name="run"))
    assert found(OrphanedFile()) == []
