"""Files of any size reach the user, and no cell is taken for a formula."""

import gzip
import os
from types import SimpleNamespace

import pytest
from nautobot.extras.models import JobResult

from jobs.toolkit.attachments import attach, attached, create_file, safe_cell


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")'])
def test_formulas_are_disarmed(value):
    assert safe_cell(value) == f"'{value}"


@pytest.mark.parametrize(
    ("value", "text"), [("ams01-core-01", "ams01-core-01"), ("a=b", "a=b"), (None, ""), (12, "12")]
)
def test_other_values_stay(value, text):
    assert safe_cell(value) == text


class Run:
    """What `attach` needs of a Job."""

    def __init__(self):
        self.job_result, self.warnings = JobResult.objects.create(name="any"), []
        self.logger = SimpleNamespace(
            info=lambda *_, extra: None, warning=lambda message, *values, extra: self.warnings.append(message % values)
        )

    @property
    def files(self):
        return {each.name: each.file.read() for each in self.job_result.files.order_by("uploaded_at")}


@pytest.fixture
def job(db):
    return Run()


@pytest.fixture
def limit(settings):
    settings.JOB_CREATE_FILE_MAX_SIZE = 1000


def test_small_file(limit, job, tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"a" * 1000)
    assert attach(job, path, "findings.csv") == ["findings.csv"]
    assert job.files == {"findings.csv": b"a" * 1000}
    assert job.warnings == []


def test_large_file_is_compressed(limit, job, tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"a" * 1001)
    assert attach(job, path, "findings.csv") == ["findings.csv.gz"]
    assert gzip.decompress(job.files["findings.csv.gz"]) == b"a" * 1001
    (warning,) = job.warnings
    assert "1001" in warning
    assert "findings.csv.gz" in warning


def test_very_large_file_is_cut(limit, job, tmp_path):
    content = os.urandom(2500)  # cannot be compressed
    path = tmp_path / "x"
    path.write_bytes(content)
    names = attach(job, path, "findings.json")
    assert names == ["findings.json.gz.1", "findings.json.gz.2", "findings.json.gz.3"]
    assert max(map(len, job.files.values())) <= 1000
    assert gzip.decompress(b"".join(job.files[name] for name in names)) == content
    (warning,) = job.warnings
    assert "cat findings.json.gz.1 findings.json.gz.2 findings.json.gz.3 | gunzip > findings.json" in warning


def test_the_limit_of_nautobot_holds(limit, job):
    with pytest.raises(ValueError, match=r"message\.txt has 1001 bytes, and JOB_CREATE_FILE_MAX_SIZE is 1000"):
        create_file(job, "message.txt", b"a" * 1001)
    assert job.files == {}


def test_two_runs_at_the_same_moment(job, tmp_path, monkeypatch):
    """Neither sees the other's file when it looks for a free name."""
    from db_file_storage.storage import DatabaseFileStorage

    monkeypatch.setattr(DatabaseFileStorage, "_get_unique_filename", lambda self, model, field, name: name)
    other = Run()
    for run, content in ((job, b"one"), (other, b"two")):
        path = tmp_path / "x"
        path.write_bytes(content)
        attach(run, path, "report.html")
    for run, content in ((job, b"one"), (other, b"two")):
        with attached(run.job_result, "report.html") as file:
            assert file.read() == content
        run.job_result.files.get().delete()
