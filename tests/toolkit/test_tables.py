"""Pages and files of tables: complete, escaped, and cut off where a browser would give up."""

import csv
from types import SimpleNamespace

import pytest

from jobs.toolkit import tables
from jobs.toolkit.tables import Link, Page, Tile, write_csv


@pytest.fixture
def page():
    job = SimpleNamespace(
        name="Review",
        class_path="jobs.automation.review.Review",
        user="anna <script>",
        job_result=SimpleNamespace(get_absolute_url=lambda: "/extras/job-results/1/"),
    )
    page = Page(job, "Nautobot review", facts={"Of": "all"}, tiles=[Tile(12345, "users", "high")], notes=["A note."])
    page.table("People", "user", "number").add(Link("<b>anna|*", "/users/1/"), 1000)
    page.table("Nothing", "a")
    return page


def test_html(page, tmp_path):
    page.write_html(tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text()
    assert "&lt;b&gt;anna" in text
    assert "<b>anna" not in text
    assert 'data-path="/users/1/"' in text
    assert "12\u202f345" in text
    assert "None." in text


def test_markdown(page, tmp_path):
    page.write_markdown(tmp_path / "page.md")
    text = (tmp_path / "page.md").read_text()
    assert "# Review" in text
    assert r"| \<b\>anna\|\* | 1000 |" in text
    assert "None." in text


def test_cut_off(page, tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    table = page.table("Many", "a")
    assert len(list(table.taking([index] for index in range(5)))) == 5
    assert (len(table.rows), table.total) == (2, 5)
    page.write_html(tmp_path / "page.html")
    page.write_markdown(tmp_path / "page.md")
    assert "The first 2 of 5" in (tmp_path / "page.html").read_text()
    assert "The first 2 of 5." in (tmp_path / "page.md").read_text()


def test_csv(tmp_path):
    assert write_csv(tmp_path / "a.csv", ("a", "b"), [["=1+1", None], [Link("x"), 2]]) == 2
    assert list(csv.reader((tmp_path / "a.csv").open())) == [["a", "b"], ["'=1+1", ""], ["x", "2"]]
