"""Files of any size reach the user, and no cell is taken for a formula."""

import gzip
import os
from types import SimpleNamespace

import pytest

from jobs.toolkit.attachments import attach, safe_cell


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")'])
def test_formulas_are_disarmed(value):
    assert safe_cell(value) == f"'{value}"


@pytest.mark.parametrize(
    ("value", "text"), [("ams01-core-01", "ams01-core-01"), ("a=b", "a=b"), (None, ""), (12, "12")]
)
def test_other_values_stay(value, text):
    assert safe_cell(value) == text


@pytest.fixture
def job():
    """What `attach` needs of a Job."""
    files, warnings = {}, []
    return SimpleNamespace(
        files=files,
        warnings=warnings,
        create_file=lambda name, content: files.setdefault(name, content),
        logger=SimpleNamespace(warning=lambda message, *values, extra: warnings.append(message % values)),
    )


@pytest.fixture
def limit(settings):
    settings.JOB_CREATE_FILE_MAX_SIZE = 1000


def test_small_file(db, limit, job, tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"a" * 1000)
    assert attach(job, path, "findings.csv") == ["findings.csv"]
    assert job.files == {"findings.csv": b"a" * 1000}
    assert job.warnings == []


def test_large_file_is_compressed(db, limit, job, tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"a" * 1001)
    assert attach(job, path, "findings.csv") == ["findings.csv.gz"]
    assert gzip.decompress(job.files["findings.csv.gz"]) == b"a" * 1001
    (warning,) = job.warnings
    assert "1001" in warning
    assert "findings.csv.gz" in warning


def test_very_large_file_is_cut(db, limit, job, tmp_path):
    content = os.urandom(2500)  # cannot be compressed
    path = tmp_path / "x"
    path.write_bytes(content)
    names = attach(job, path, "findings.json")
    assert names == ["findings.json.gz.1", "findings.json.gz.2", "findings.json.gz.3"]
    assert max(map(len, job.files.values())) <= 1000
    assert gzip.decompress(b"".join(job.files[name] for name in names)) == content
    (warning,) = job.warnings
    assert "cat findings.json.gz.1 findings.json.gz.2 findings.json.gz.3 | gunzip > findings.json" in warning
