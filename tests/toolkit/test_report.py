"""The HTML report: complete, self-contained, escaped, capped; and the rows in it, which its script shows."""

import json
import re
import tracemalloc
from collections import Counter
from datetime import datetime, timezone

import pytest
from html_tags import Page

from jobs.toolkit import report
from jobs.toolkit.checks import Check, Parameter
from jobs.toolkit.findings import Finding, Severity, Standing
from jobs.toolkit.report import MOST_FIXED, MOST_ROWS, PLAIN_ROWS, ReportSink
from jobs.toolkit.score import Score
from jobs.toolkit.summary import CheckResult, Point, Summary


class Grave(Check):
    id = "DCIM-SAMPLE-001"
    title = "Grave & <b>dangerous</b>"
    severity = Severity.CRITICAL
    description = "Why it matters."
    remedy = "What to do."
    model = "dcim.device"
    parameters = {"days": Parameter(30, "How old it may be."), "roles": Parameter((), "Which are left out.")}


class Mild(Grave):
    id = "DCIM-SAMPLE-002"
    title = "Mild"
    severity = Severity.LOW


SEEN = Standing("2026-01-02T03:04:00+00:00")
NEW = Standing("2026-01-02T03:04:00+00:00", True)
KNOWN = Standing("2025-12-24T03:04:00+00:00", False)
WAIVED = Standing("2025-12-24T03:04:00+00:00", False, "noc@example.com", "On loan.", "2026-06-30")
EARLIER = datetime(2026, 1, 1, 3, 4, tzinfo=timezone.utc)
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


def summary_of(**changes):
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
    return Summary(**{**values, **changes})


@pytest.fixture
def render(tmp_path):
    """A function that renders a report of findings: ``(check, how many, location)`` each, and how they stand if need be."""

    def run(*groups, results=(), fixed=(), **changes):
        summary = summary_of(**changes)
        sink = ReportSink(tmp_path / "report.html", summary)
        for check_class, number, location, *rest in groups:
            check = check_class()
            (standing,) = rest or (SEEN,)
            summary.results.append(CheckResult(check))
            for index in range(number):
                found = finding(check, index, location)
                summary.add(found, summary.results[-1], standing)
                sink.add(found, check, standing)
        summary.results += results
        for record in fixed:
            summary.fixed += 1
            sink.fix(record)
        sink.finish()
        return (tmp_path / "report.html").read_text(encoding="utf-8"), summary

    return run


def data_of(text):
    """The findings that the script shows."""
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    return json.loads(data)


def words_of(text, selector):
    """The text of the first element that the pattern begins, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.search(rf"{selector}.*?</section>", text, re.DOTALL)[0]))


def test_is_well_formed_and_complete(render):
    text, _ = render((Grave, 2, "EMEA / AMS01"), (Mild, 1, ""))
    page = Page(text)
    assert page.errors == []
    assert text.startswith("<!DOCTYPE html>")
    assert page.all("html", "lang") == ["en"]
    assert page.all("a", "data-path") == ["/dcim/devices/0/", "/dcim/devices/1/", "/dcim/devices/0/"]
    assert text.count("<b>DCIM-SAMPLE-001</b>") == 2 + 1  # beside each finding, and with each check
    assert text.count("What to do.") == 3 + 2 + 2  # and once each for the script
    assert "1\u202f234" in text


def test_needs_nothing_else(render):
    text, _ = render((Grave, 1, "EMEA / AMS01"))
    page = Page(text)
    assert page.all("script", "src") + page.all("link", "href") + page.all("img", "src") == []
    leading_away = [url for url in page.all("a", "href") if not url.startswith("#")]
    assert leading_away
    assert all(url.startswith("https://nautobot.example.com/") for url in leading_away)
    assert not re.search(r"url\(|@import", text)
    (policy,) = [attrs["content"] for _, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert not [attrs for _, attrs in page.tags if "style" in attrs or any(name.startswith("on") for name in attrs)]


def test_everything_is_escaped(render):
    waived = Standing("2026-01-02", True, HOSTILE, HOSTILE, "2026-06-30")
    hostile = dict.fromkeys(
        ("check", "display", "location", "role", "message", "first_seen", "severity", "url"), HOSTILE
    )
    broken = CheckResult(Grave(roles=(HOSTILE,)), error=HOSTILE)
    text, _ = render(
        (Grave, 1, HOSTILE),
        (Mild, 1, HOSTILE, waived),
        fixed=[hostile],
        results=[broken, CheckResult(Mild(), not_asked=HOSTILE)],
        compared=EARLIER,
    )
    assert text.count("<script>") == 1
    assert text.count("</script>") == 2
    assert "alert(" not in re.sub(
        r"(&#34;&gt;&lt;script&gt;alert\(&#39;x&#39;\)&lt;/script&gt;|\\\"\\u003e\\u003cscript\\u003ealert\('x'\)\\u003c/script\\u003e)",
        "",
        text,
    )
    assert "<b>dangerous</b>" not in text
    assert Page(text).errors == []
    row = data_of(text)["rows"][1]
    assert data_of(text)["locations"][row[5]] == HOSTILE
    assert data_of(text)["waivers"][row[11]] == [HOSTILE, HOSTILE, "2026-06-30"]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://nautobot.example.com/dcim/devices/1/", "/dcim/devices/1/"),
        ("/dcim/devices/1/", "/dcim/devices/1/"),
        ("javascript:alert(1)", None),
        ("https://elsewhere.example.com/dcim/devices/1/", None),
        ("//elsewhere.example.com/", None),
    ],
)
def test_links_of_fixed_findings_lead_nowhere_else(render, url, path):
    record = {"check": "DCIM-SAMPLE-001", "severity": "high", "display": "switch-1", "message": "Wrong.", "url": url}
    text, _ = render((Grave, 0, ""), fixed=[record], compared=EARLIER)
    assert "switch-1" in text
    # The run compared with is linked too, and has no page here.
    assert Page(text).all("a", "data-path") == ([path] if path else [])


def test_headings_and_fields_have_names(render):
    page = Page(render((Grave, 1, "EMEA / AMS01"))[0])
    assert all("scope" in attrs for name, attrs in page.tags if name == "th")
    tags = [name for name, _ in page.tags]
    assert tags.count("caption") == tags.count("table") == 4
    labelled = sum(name in ("input", "select") for name, _ in page.tags)
    assert tags.count("label") == labelled


class TestRows:
    def test_what_they_say(self, render):
        data = data_of(render((Grave, 1, "EMEA / AMS01"), (Mild, 1, "", NEW), (Mild, 1, "", KNOWN))[0])
        grave, new, known = data["rows"]
        assert grave[:5] == [4, 0, f"device-0 {HOSTILE}", 0, "0"]
        assert data["checks"][0] == ["DCIM-SAMPLE-001", Grave.title, "What to do."]
        assert data["pages"][0] == ["/dcim/devices/", "/"]
        assert [data["locations"][row[5]] for row in (grave, new)] == ["EMEA / AMS01", ""]
        assert data["roles"][grave[6]] == HOSTILE
        assert data["texts"][grave[7]] == "It is wrong."
        assert [data["labels"][grave[8][0]], data["texts"][grave[8][1]]] == [HOSTILE, HOSTILE]
        assert [data["seen"][row[9]][:10] for row in (grave, known)] == ["2026-01-02", "2025-12-24"]
        assert [row[10] for row in (grave, new, known)] == [0, 1, 2]

    def test_what_repeats_is_there_once(self, render):
        text, _ = render((Grave, 50, "EMEA / AMS01"))
        rows = re.search(r'id="data">.*?</script>', text, re.DOTALL)[0]
        assert rows.count("EMEA / AMS01") == rows.count("What to do.") == rows.count("It is wrong.") == 1

    def test_texts_that_do_not_repeat_are_not_kept(self, render, monkeypatch):
        monkeypatch.setattr("jobs.toolkit.rows._MOST_TEXTS", 1)
        data = data_of(render((Grave, 1, ""))[0])
        assert data["texts"] == [HOSTILE]
        assert data["rows"][0][7] == "It is wrong."

    def test_an_object_without_a_page(self, tmp_path):
        sink = ReportSink(tmp_path / "report.html", summary_of())
        sink.add(Finding(Grave.id, Severity.HIGH, "", "", "A waiver", "", "", "", "Expired."), Grave(), SEEN)
        sink.add(Finding(Grave.id, Severity.HIGH, "x.y", "7", "Odd", "/by/name/", "", "", "Wrong."), Grave(), SEEN)
        sink.finish()
        data = data_of((tmp_path / "report.html").read_text())
        paths = ["".join([data["pages"][row[3]][0], row[4], data["pages"][row[3]][1]]) for row in data["rows"]]
        assert paths == ["", "/by/name/"]


def test_table_is_capped_and_says_so(render):
    text, _ = render((Grave, MOST_ROWS, "EMEA / AMS01"), (Mild, 7, ""))
    assert len(data_of(text)["rows"]) == MOST_ROWS
    assert "7 more are in <b>findings.csv</b>" in text
    assert f">{MOST_ROWS + 7:,}<".replace(",", "\u202f") in text
    assert len(text) < 10 << 20


def test_no_more_rows_than_nautobot_takes(render, monkeypatch):
    monkeypatch.setattr(report, "MOST_BYTES", 2000)
    text, _ = render((Grave, 100, ""))
    assert 5 < len(data_of(text)["rows"]) < 50
    assert f"{100 - len(data_of(text)['rows'])} more are in <b>findings.csv</b>" in text


def test_memory_does_not_grow_with_the_findings(tmp_path):
    def peak(number):
        summary, check = summary_of(), Grave()
        sink = ReportSink(tmp_path / "report.html", summary)
        summary.results.append(CheckResult(check))
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        for index in range(number):
            found = finding(check, index, text=f"It is wrong for the {index}th time.")
            summary.add(found, summary.results[-1], SEEN)
            sink.add(found, check, SEEN)
        sink.finish()
        return tracemalloc.get_traced_memory()[1] - before

    tracemalloc.start()
    try:
        peak(200)  # the template is read
        few, many = peak(5_000), peak(15_000)
    finally:
        tracemalloc.stop()
    assert many - few < 300_000
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_first_rows_need_no_script(render):
    text, _ = render((Grave, 30, "EMEA / AMS01", WAIVED), (Mild, PLAIN_ROWS + 5, ""))
    assert text.count("data-path=") == PLAIN_ROWS
    assert "On loan." not in text[: text.index('id="data"')]
    assert "Scripts do not run here" in text
    assert "Scripts do not run here" not in render((Mild, PLAIN_ROWS, ""))[0]


def test_without_findings(render):
    text, _ = render((Grave, 0, ""))
    assert Page(text).errors == []
    assert "No findings" in text
    assert 'id="findings"' not in text
    assert 'id="data"' not in text


def test_waived_findings_alone(render):
    text, _ = render((Grave, 3, "EMEA / AMS01", WAIVED))
    assert Page(text).errors == []
    assert "No findings" in text
    assert len(data_of(text)["rows"]) == 3
    assert '<option value="waived" selected>' in text
    assert "3</b> waived" in text


def test_address_unknown(render):
    page = Page(render((Grave, 1, ""), base_url="")[0])
    assert [url for url in page.all("a", "href") if not url.startswith("#")] == ["/dcim/devices/0/"]


class TestComparison:
    def test_numbers_and_link(self, render):
        text, _ = render(
            (Grave, 3, "", NEW),
            (Mild, 2, "", KNOWN),
            (Mild, 4, "", SEEN),
            (Mild, 5, "", WAIVED),
            fixed=[{"check": "DCIM-SAMPLE-001", "severity": "high", "display": "switch-9", "message": "Wrong."}],
            compared=EARLIER,
            compared_url="/extras/job-results/0/",
        )
        words = words_of(text, 'class="strip"')
        for number in ("3 new", "1 fixed", "2 still open", "4 of checks that it did not ask", "5 waived"):
            assert number in words
        assert 'href="https://nautobot.example.com/extras/job-results/0/"' in text
        assert "5 waived findings are not shown" in text
        assert "switch-9" in words_of(text, 'id="fixed"')

    def test_nothing_to_compare_with(self, render):
        text, _ = render((Grave, 1, ""))
        assert 'class="strip"' not in text
        assert '<option value="new">' not in text
        assert "The last" not in text

    def test_fixed_ones_are_capped(self, render):
        record = {"check": "DCIM-SAMPLE-001", "severity": "high", "display": "switch-9", "message": "Wrong."}
        text, _ = render((Grave, 0, ""), fixed=[record] * (MOST_FIXED + 3), compared=EARLIER)
        assert text.count("switch-9") == MOST_FIXED
        assert "3 more are in <b>findings.json</b>" in text

    def test_course(self, render):
        score = Score({"ams": "EMEA / AMS01"})
        score.ask(Grave(), Counter({("ams", ""): 4}), Counter({("EMEA / AMS01", ""): 1}))
        course = [Point(EARLIER, Counter({Severity.HIGH: 7}), 72.5)]
        text, _ = render((Grave, 1, "EMEA / AMS01"), score=score, course=course, compared=EARLIER)
        words = words_of(text, "The last 2 runs")
        assert "2026-01-01 03:04 0 7 0 0 0 72.5" in words
        assert "2026-01-02 03:04 1 0 0 0 0 75" in words
        assert "+2.5" in words_of(text, 'class="tiles"')


def test_score_is_explained(render):
    score = Score({"ams": "EMEA / AMS01"})
    score.ask(Grave(), Counter({("ams", ""): 4}), Counter({("EMEA / AMS01", ""): 1}))
    score.ask(Mild(), Counter({("ams", ""): 20}), Counter())
    text, _ = render((Grave, 1, "EMEA / AMS01"), score=score)
    # A question of weight 20 of 4 x 20 + 20 x 1.
    assert [(part.check, part.bad, part.lost) for part in score.parts()] == [(Grave.id, 1, 20), (Mild.id, 0, 0)]
    assert score.total == 80
    words = words_of(text, 'id="made"')
    assert re.search(r"DCIM-SAMPLE-001 .* 20 4 1 75 20\.00", words)
    assert "critical 20, high 10, medium 4, low 1, info 0" in words


def test_checks(render):
    class Idle(Mild):
        id = "DCIM-SAMPLE-003"

    results = [
        CheckResult(Mild(days=7), error="TimeoutError: too slow"),
        CheckResult(Idle(), not_asked="No scheme is given."),
        CheckResult(Idle()),
    ]
    text, _ = render((Grave, 2, ""), (Grave, 4, "", WAIVED), results=results)
    words = words_of(text, 'class="card checks"')
    assert "1 with findings 2 passed 1 could not finish 1 not asked" in words
    assert "passed, 4 waived" in words
    assert "Could not finish. TimeoutError: too slow" in words
    assert "Not asked. No scheme is given." in words
    assert "7 (default: 30) How old it may be." in words
    assert "none Which are left out." in words
    assert "2 of 4 Checks" in words_of(text, 'class="tiles"').replace("checks", "Checks")
