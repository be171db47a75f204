"""Reports of audits, as their readers open them: a file in a browser, on any screen and on paper."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pages import DESK, HOSTILE, LONG, PHONE, RIGHT_TO_LEFT, is_wider_than_the_screen, violations
from playwright.sync_api import Locator, Page, expect


@pytest.fixture
def render(nautobot, tmp_path: Path):
    """A function that renders a report with one finding for each name; every other text is that name too.

    It is compared with a run before it: of the findings the first is new, the second known, the third waived, and so on.
    """
    from collections import Counter
    from datetime import timedelta

    from django.utils import timezone

    from jobs.toolkit.checks import Check, Parameter
    from jobs.toolkit.findings import Finding, Severity, Standing
    from jobs.toolkit.report import ReportSink
    from jobs.toolkit.score import Score
    from jobs.toolkit.summary import CheckResult, Point, Summary

    class Sample(Check):
        id = "DCIM-SAMPLE-001"
        title = "A sample"
        severity = Severity.CRITICAL
        model = "dcim.device"
        description = "Why it matters."
        remedy = "What to do."
        parameters = {"days": Parameter(90, "After so many days.")}

    def run(*names: str, fixed: int = 0) -> Path:
        text = names[0] if names else "All devices"
        now = timezone.now()
        standings = [Standing(now.isoformat(), True), Standing((now - timedelta(days=9)).isoformat(), False)]
        standings.append(Standing(now.isoformat(), True, text, text, "2027-01-31"))
        summary = Summary(
            job="jobs.audits.sample.Sample",
            title=f"Sample audit {text}",
            user=text,
            scope=text,
            base_url="https://nautobot.example.com",
            run_url="/extras/job-results/1/",
            started=now,
            score=Score({text: text}),
            objects=1234,
            noun="devices",
            compared=now - timedelta(days=7),
            compared_url="/extras/job-results/0/",
            course=[Point(now - timedelta(days=7), Counter({Severity.HIGH: 3}), 90.0)],
        )
        sink, check = ReportSink(tmp_path / "report.html", summary), Sample(days=text)
        summary.results.append(CheckResult(check, error=text if len(names) > 1 else None))
        summary.results.append(CheckResult(check, not_asked=text))
        summary.score.ask(check, Counter({(text, text): len(names)}), Counter())
        for number, name in enumerate(names):
            severity = list(Severity)[number % 5]
            url = f"/dcim/devices/{number}/"
            place = " / ".join(name.split("+"))
            found = Finding(check.id, severity, "dcim.device", str(number), name, url, place, name, name, {name: name})
            standing = standings[number % 3]
            summary.add(found, summary.results[0], standing)
            sink.add(found, check, standing)
        for number in range(fixed):
            summary.fixed += 1
            sink.fix({"check": check.id, "severity": "high", "display": f"fixed-{number}", "url": "/dcim/devices/7/"})
        sink.finish()
        return tmp_path / "report.html"

    return run


def objects(page: Page) -> list[str]:
    """The objects of the findings that are shown, from the top."""
    return page.locator("#findings tbody tr:visible td:nth-child(2) a").all_text_contents()


def choice(page: Page, name: str) -> Locator:
    """The filter of that name."""
    return page.get_by_role("combobox", name=name, exact=True)


def test_filter(audit_report, read):
    page = read(audit_report)
    everything = objects(page)
    assert len(everything) == 9
    page.get_by_label("Search").fill("sin01 console")
    assert objects(page) == ["sin01-acc-03"]
    expect(page.get_by_role("status")).to_have_text("1 of 9 shown")
    page.get_by_label("Search").fill("there is no such thing")
    expect(page.get_by_text("No finding fits the filters.")).to_be_visible()
    page.get_by_role("button", name="Reset").click()
    assert objects(page) == everything
    choice(page, "Severity").select_option("high")
    assert len(objects(page)) == 4
    choice(page, "Location").select_option("APAC / SIN01 / SIN01-B")
    assert objects(page) == ["sin01-acc-03", "sin01-srv-03"]
    choice(page, "Check").select_option("DCIM-POWER-003 All supplies on one PDU or feed")
    assert objects(page) == ["sin01-srv-03"]


def test_filter_by_what_is_above_by_role_and_by_state(render, read):
    """Locations are written A+B for A / B. Of three, the first is new, the second was there, the third is waived."""
    names = ["EMEA+AMS+1", "EMEA+AMS+2", "EMEA+AMS+3", "EMEA+LON", "APAC+SIN", "EMEA+AMSTEL", "APAC"]
    page = read(render(*names))
    open_ones = [name for number, name in enumerate(names) if number % 3 != 2]
    assert objects(page) == open_ones
    expect(page.get_by_text("2 waived findings are not shown.")).to_be_visible()
    location, state = choice(page, "Location"), choice(page, "State")
    location.select_option("EMEA")
    assert objects(page) == ["EMEA+AMS+1", "EMEA+AMS+2", "EMEA+LON"]
    location.select_option("EMEA / AMS")
    assert objects(page) == ["EMEA+AMS+1", "EMEA+AMS+2"]
    state.select_option("All")
    assert objects(page) == ["EMEA+AMS+1", "EMEA+AMS+2", "EMEA+AMS+3"]
    expect(page.get_by_text("waived findings are not shown")).to_be_hidden()
    state.select_option("Waived")
    assert objects(page) == ["EMEA+AMS+3"]
    expect(page.get_by_text("Waived until 2027-01-31 by EMEA+AMS+1: EMEA+AMS+1")).to_be_visible()
    location.select_option("All")
    assert objects(page) == ["EMEA+AMS+3", "EMEA+AMSTEL"]
    state.select_option("New")
    assert objects(page) == ["EMEA+AMS+1", "EMEA+LON", "APAC"]
    expect(page.locator("#findings .badge.new")).to_have_count(3)
    state.select_option("Still open")
    assert objects(page) == ["EMEA+AMS+2", "APAC+SIN"]
    page.get_by_role("button", name="Reset").click()
    assert objects(page) == open_ones
    choice(page, "Role").select_option("APAC+SIN")
    assert objects(page) == ["APAC+SIN"]
    # A row of a chart leads to its findings.
    page.get_by_role("table", name="By location").get_by_role("button", name="EMEA", exact=True).click()
    assert objects(page) == ["EMEA+AMS+1", "EMEA+AMS+2", "EMEA+LON"]
    expect(location).to_have_value("EMEA")


def test_pages(render, read):
    page = read(render(*(f"device-{number:04}" for number in range(195))))
    assert len(objects(page)) == 50
    expect(page.get_by_role("status")).to_have_text("130 of 195, 1–50 shown")
    pages = page.get_by_role("navigation", name="Pages of findings")
    expect(pages.get_by_role("button", name="Previous")).to_be_disabled()
    seen = objects(page)
    pages.get_by_role("button", name="Next").click()
    seen += objects(page)
    pages.get_by_role("button", name="Last").click()
    expect(page.get_by_role("status")).to_have_text("130 of 195, 101–130 shown")
    expect(pages.get_by_role("button", name="Next")).to_be_disabled()
    seen += objects(page)
    assert len(seen) == len(set(seen)) == 130
    # Other findings begin at their first page.
    page.get_by_label("Search").fill("device-002")
    expect(pages).to_be_hidden()
    assert objects(page)[0] == "device-0021"


def test_compared_and_scored(render, read):
    page = read(render("core-01", fixed=503))
    expect(page.get_by_role("link", name=re.compile("the run of"))).to_have_attribute(
        "href", "https://nautobot.example.com/extras/job-results/0/"
    )
    strip = page.get_by_role("region", name="Since the run compared with")
    expect(strip).to_contain_text("1 new")
    expect(strip).to_contain_text("503 fixed")
    expect(page.get_by_text("How the score is made")).to_be_visible()
    expect(page.get_by_role("table", name="What the checks cost")).to_be_hidden()
    page.get_by_role("link", name="score of 100").click()
    expect(page.get_by_text(re.compile("^Each check asks one question"))).to_be_visible()
    expect(page.get_by_role("link", name="fixed-499")).to_be_hidden()
    page.get_by_text("Fixed since the run compared with").click()
    expect(page.get_by_role("link", name="fixed-499")).to_be_visible()
    expect(page.get_by_text("3 more are in findings.json")).to_be_visible()


def test_without_scripts(render, new_context):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(render(*(f"device-{number:04}" for number in range(300))).as_uri())
    assert len(objects(page)) == 100
    expect(page.get_by_text("Scripts do not run here")).to_be_visible()
    expect(page.get_by_label("Search")).to_be_hidden()


def test_sort(audit_report, read):
    page = read(audit_report)
    as_written = objects(page)
    by_object = page.get_by_role("columnheader", name="Object")
    by_object.get_by_role("button").click()
    expect(by_object).to_have_attribute("aria-sort", "ascending")
    assert objects(page) == sorted(as_written)
    by_object.get_by_role("button").press("Enter")
    expect(by_object).to_have_attribute("aria-sort", "descending")
    assert objects(page) == sorted(as_written, reverse=True)
    by_severity = page.get_by_role("columnheader", name="Severity")
    by_severity.get_by_role("button").click()
    assert objects(page) == as_written
    expect(page.locator("[aria-sort]")).to_have_count(1)


def test_each_row_leads_to_its_object(audit_report, read, admin, nautobot):
    page = read(audit_report)
    names = objects(page)
    addresses = [link.get_attribute("href") for link in page.locator("#findings tbody a").all()]
    assert all(address.startswith(f"{nautobot.url}/dcim/devices/") for address in addresses)
    admin.page.goto(addresses[0])
    expect(admin.page.get_by_role("heading", name=names[0])).to_be_visible()
    for name, address in zip(names[1:], addresses[1:], strict=True):
        assert name in admin.page.request.get(address.replace("/dcim/", "/api/dcim/")).text()
    # Whoever reaches Nautobot by another address enters it once.
    base = page.get_by_label("Links lead to this Nautobot")
    base.fill("https://nautobot.example.com/")
    base.press("Tab")
    assert (
        page.get_by_role("link", name=names[0]).get_attribute("href").startswith("https://nautobot.example.com/dcim/")
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_accessible_in_light_and_dark(audit_report, read, scheme, size):
    page = read(audit_report, size=size)
    page.emulate_media(color_scheme=scheme)
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(14, 20, 27)"
    assert dark == (scheme == "dark")
    for details in page.locator("summary").all():
        details.click()
    assert violations(page) == []
    assert not is_wider_than_the_screen(page)


def test_on_paper(audit_report, read):
    page = read(audit_report)
    page.get_by_label("Search").fill("sin01")
    page.emulate_media(media="print")
    expect(page.get_by_label("Search")).to_be_hidden()
    expect(page.get_by_role("status")).to_have_text("4 of 9 shown")
    expect(page.get_by_role("status")).to_be_visible()
    pages = page.pdf(prefer_css_page_size=True, tagged=True)
    # Each check with its remedy is printed, closed on the screen or not.
    expect(page.get_by_text(re.compile("^Remedy."))).to_have_count(6)
    for remedy in page.get_by_text(re.compile("^Remedy.")).all():
        expect(remedy).to_be_visible()
    assert pages.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in pages
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pages)) <= 4


def test_paper_has_limits(render, read):
    page = read(render(*(f"device-{number:04}" for number in range(600))))
    choice(page, "State").select_option("All")
    # The table is as it was once it is printed.
    page.evaluate("""() => {
      window.printed = [];
      addEventListener("beforeprint", () => window.printed.push(document.querySelectorAll("#findings tbody tr").length));
    }""")
    page.pdf(prefer_css_page_size=True)
    assert page.evaluate("window.printed") == [300]
    assert len(objects(page)) == 50
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(
        page.get_by_text("Printed are the first 300 of 600 findings; the filters choose others. State: All")
    ).to_be_visible()


@pytest.mark.parametrize(
    "names",
    [[], ["core-01"], [HOSTILE, "core-01"], [LONG, LONG + "2", "core-01"], [RIGHT_TO_LEFT, "core-01"]],
    ids=["none", "one", "hostile", "long", "right-to-left"],
)
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_whatever_the_names(render, read, names, size):
    page = read(render(*names, fixed=len(names)), size=size)
    for details in page.locator("summary").all():
        details.click()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    assert not is_wider_than_the_screen(page)
    assert page.title().startswith("Sample audit")
    if len(names) > 2:
        choice(page, "State").select_option("All")
    assert objects(page) == names


@pytest.fixture(scope="session")
def large_report(tmp_path_factory) -> Path:
    """The report that `benchmarks/report.py` measures: 20,000 findings, a run compared with and eight before that."""
    path = tmp_path_factory.mktemp("large") / "report.html"
    subprocess.run([sys.executable, "benchmarks/report.py", "--write", path], check=True)
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_long_report_is_accessible(large_report, read, scheme, size):
    page = read(large_report, size=size)
    page.emulate_media(color_scheme=scheme)
    choice(page, "State").select_option("Waived")
    for details in page.locator(".checks summary").all()[:8]:
        details.click()
    page.get_by_text("How the score is made").click()
    assert violations(page) == []
    assert not is_wider_than_the_screen(page)


def test_a_long_report_finds_what_is_there(large_report, read):
    page = read(large_report)
    choice(page, "State").select_option("All")
    choice(page, "Location").select_option("EMEA / DE / FRA01")
    page.get_by_label("Search").fill("console FDO")
    names = objects(page)
    assert names
    assert all(name.startswith("fra01-") for name in names)
    expect(page.get_by_role("status")).to_contain_text("of 20\u202f000")
