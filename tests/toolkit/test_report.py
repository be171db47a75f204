"""The HTML report: complete, self-contained, escaped, capped, and charts that add up."""

import re
from collections import Counter
from datetime import datetime, timezone
from html.parser import HTMLParser

import pytest

from jobs.toolkit.checks import Check
from jobs.toolkit.findings import Finding, Severity, Standing
from jobs.toolkit.report import MOST_ROWS, ReportSink, check_bars, location_bars, shares
from jobs.toolkit.score import Score
from jobs.toolkit.summary import CheckResult, Summary


class Grave(Check):
    id = "DCIM-SAMPLE-001"
    title = "Grave & <b>dangerous</b>"
    severity = Severity.CRITICAL
    description = "Why it matters."
    remedy = "What to do."


class Mild(Grave):
    id = "DCIM-SAMPLE-002"
    title = "Mild"
    severity = Severity.LOW


SEEN = Standing("2026-01-02T03:04:00+00:00")
HOSTILE = "\"><script>alert('x')</script>"


def finding(check, number=0, location="EMEA / AMS01", text="It is wrong."):
    return Finding(
        check=check.id,
        severity=check.severity,
        model="dcim.device",
        pk=str(number),
        display=f"device-{number} {HOSTILE}",
        url=f"/dcim/devices/{number}/",
        location=location,
        role=HOSTILE,
        message=text,
        details={HOSTILE: HOSTILE},
    )


@pytest.fixture
def render(tmp_path):
    """A function that renders a report of findings, ``(check, how many, location)`` each."""

    def run(*groups, **changes):
        values = {
            "job": "jobs.audits.sample.Sample",
            "title": "Sample audit",
            "user": HOSTILE,
            "scope": HOSTILE,
            "base_url": "https://nautobot.example.com",
            "run_url": "/extras/job-results/1/",
            "started": datetime(2026, 1, 2, 3, 4, tzinfo=timezone.utc),
            "score": Score({"ams": "EMEA / AMS01"}),
            "objects": 1234,
            "noun": "devices",
        }
        summary = Summary(**{**values, **changes})
        sink = ReportSink(tmp_path / "report.html", summary)
        for check_class, number, location in groups:
            check = check_class()
            summary.results.append(CheckResult(check))
            for index in range(number):
                found = finding(check, index, location)
                summary.add(found, summary.results[-1], SEEN)
                sink.add(found, check, SEEN)
        sink.finish()
        return (tmp_path / "report.html").read_text(encoding="utf-8"), summary

    return run


class Page(HTMLParser):
    """Tags with attributes, and whether those that need an end have one."""

    VOID = {"meta", "input", "col", "br"}

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.errors = [], [], []
        self.feed(text)
        self.errors += self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open.pop() != tag:
            self.errors.append(tag)

    def all(self, tag, attribute):
        return [attrs[attribute] for name, attrs in self.tags if name == tag and attribute in attrs]


def test_is_well_formed_and_complete(render):
    text, _ = render((Grave, 2, "EMEA / AMS01"), (Mild, 1, ""))
    page = Page(text)
    assert page.errors == []
    assert text.startswith("<!DOCTYPE html>")
    assert page.all("html", "lang") == ["en"]
    rows = [attrs for name, attrs in page.tags if name == "tr" and "data-check" in attrs]
    assert [row["data-check"] for row in rows] == ["DCIM-SAMPLE-001", "DCIM-SAMPLE-001", "DCIM-SAMPLE-002"]
    assert page.all("a", "data-path") == ["/dcim/devices/0/", "/dcim/devices/1/", "/dcim/devices/0/"]
    assert text.count("What to do.") == 3 + 2  # beside each finding, and with each check
    assert "1\u202f234" in text


def test_needs_nothing_else(render):
    text, _ = render((Grave, 1, "EMEA / AMS01"))
    page = Page(text)
    assert page.all("script", "src") + page.all("link", "href") + page.all("img", "src") == []
    assert all(url.startswith("https://nautobot.example.com/") for url in page.all("a", "href"))
    assert not re.search(r"url\(|@import", text)
    (policy,) = [attrs["content"] for _, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert not [attrs for _, attrs in page.tags if "style" in attrs or any(name.startswith("on") for name in attrs)]


def test_everything_is_escaped(render):
    text, _ = render((Grave, 1, HOSTILE))
    assert text.count("<script>") == 1
    assert "alert(" not in re.sub(r"&#34;&gt;&lt;script&gt;alert\(&#39;x&#39;\)&lt;/script&gt;", "", text)
    assert "<b>dangerous</b>" not in text
    assert Page(text).errors == []


def test_headings_and_fields_have_names(render):
    page = Page(render((Grave, 1, "EMEA / AMS01"))[0])
    assert all("scope" in attrs for name, attrs in page.tags if name == "th")
    assert [name for name, _ in page.tags].count("caption") == 3
    labelled = sum(name in ("input", "select") for name, _ in page.tags)
    assert [name for name, _ in page.tags].count("label") == labelled


def test_table_is_capped_and_says_so(render):
    text, _ = render((Grave, MOST_ROWS, "EMEA / AMS01"), (Mild, 7, ""))
    assert text.count("data-path=") == MOST_ROWS
    assert "7 more are in <b>findings.csv</b>" in text
    assert f">{MOST_ROWS + 7:,}<".replace(",", "\u202f") in text


def test_without_findings(render):
    text, _ = render((Grave, 0, ""))
    assert Page(text).errors == []
    assert "No findings" in text
    assert 'id="findings"' not in text


def test_address_unknown(render):
    page = Page(render((Grave, 1, ""), base_url="")[0])
    assert page.all("a", "href") == ["/dcim/devices/0/"]


def test_shares_make_a_whole():
    ring = shares(Counter({Severity.HIGH: 1, Severity.LOW: 2}))
    assert [(share.severity.label, share.start, share.length) for share in ring] == [
        ("high", 0, 33.333),
        ("low", 33.333, 66.667),
    ]


def test_bars_are_relative_to_the_longest(render):
    _, summary = render((Grave, 4, "EMEA / AMS01"), (Mild, 1, "EMEA / AMS01"), (Mild, 2, "EMEA / LON01"))
    assert [(bar.hint, bar.value, bar.segments[0].length) for bar in check_bars(summary)] == [
        ("DCIM-SAMPLE-001", 4, 100),
        ("DCIM-SAMPLE-002", 1, 25),
        ("DCIM-SAMPLE-002", 2, 50),
    ]
    first, second = location_bars(summary)
    assert (first.label, first.hint, first.value) == ("AMS01", "EMEA / AMS01", 5)
    assert [(segment.start, segment.length) for segment in first.segments] == [(0, 80), (80, 20)]
    assert second.segments[0].length == 40


def test_locations_beyond_the_chart_are_added_up(render):
    _, summary = render(*((Mild, 30 - number, f"Site {number:02}") for number in range(15)))
    bars = location_bars(summary)
    assert len(bars) == 13
    assert (bars[-1].label, bars[-1].value) == ("3 others", 18 + 17 + 16)
    assert sum(bar.value for bar in bars) == summary.findings
