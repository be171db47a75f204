"""Reports of audits, as their readers open them: a file in a browser, on any screen and on paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
LONG = "a-name-without-any-place-to-break-it-" * 6
HOSTILE = "<script>document.title = 'taken over'</script><img src=x onerror=\"document.title = 'taken over'\">"
RIGHT_TO_LEFT = "\u202eמתג-ליבה-01 مفتاح"


@pytest.fixture
def render(nautobot, tmp_path: Path):
    """A function that renders a report with one finding for each name; every other text is that name too."""
    from django.utils import timezone

    from jobs.toolkit.checks import Check
    from jobs.toolkit.findings import Finding, Severity
    from jobs.toolkit.report import ReportSink
    from jobs.toolkit.summary import CheckResult, Summary

    class Sample(Check):
        id = "DCIM-SAMPLE-001"
        title = "A sample"
        severity = Severity.CRITICAL
        description = "Why it matters."
        remedy = "What to do."

    def run(*names: str) -> Path:
        text = names[0] if names else "All devices"
        summary = Summary(
            job="jobs.audits.sample.Sample",
            title=f"Sample audit {text}",
            user=text,
            scope=text,
            base_url="https://nautobot.example.com",
            run_url="/extras/job-results/1/",
            started=timezone.now(),
            objects=1234,
            noun="devices",
        )
        sink, check = ReportSink(tmp_path / "report.html", summary), Sample()
        summary.results.append(CheckResult(check, error=text if len(names) > 1 else None))
        for number, name in enumerate(names):
            severity = list(Severity)[number % 5]
            url = f"/dcim/devices/{number}/"
            found = Finding(check.id, severity, "dcim.device", str(number), name, url, name, name, name, {name: name})
            summary.add(found, summary.results[-1])
            sink.add(found, check)
        sink.finish()
        return tmp_path / "report.html"

    return run


@pytest.fixture
def read(page: Page):
    """A function that opens a report; whatever its script does wrong fails the test."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)

    def open_file(path: Path, *, size: dict = DESK) -> Page:
        page.set_viewport_size(size)
        page.goto(path.as_uri())
        return page

    yield open_file
    assert errors == []


def objects(page: Page) -> list[str]:
    """The objects of the findings that are shown, from the top."""
    return page.locator("#findings tbody tr:visible td:nth-child(2) a").all_text_contents()


def violations(page: Page) -> list[str]:
    """What axe finds that is serious or critical, and where."""
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def is_wider_than_the_screen(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


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
    page.get_by_label("Severity").select_option("high")
    assert len(objects(page)) == 4
    page.get_by_label("Location").select_option("APAC / SIN01 / SIN01-B")
    assert objects(page) == ["sin01-acc-03", "sin01-srv-03"]
    page.get_by_role("combobox", name="Check", exact=True).select_option(
        "DCIM-POWER-003 All supplies on one PDU or feed"
    )
    assert objects(page) == ["sin01-srv-03"]


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


@pytest.mark.parametrize(
    "names",
    [[], ["core-01"], [HOSTILE, "core-01"], [LONG, LONG + "2", "core-01"], [RIGHT_TO_LEFT, "core-01"]],
    ids=["none", "one", "hostile", "long", "right-to-left"],
)
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_whatever_the_names(render, read, names, size):
    page = read(render(*names), size=size)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    assert not is_wider_than_the_screen(page)
    assert page.title().startswith("Sample audit")
    assert objects(page) == names


def test_a_long_report_is_quick(render, read):
    page = read(render(*(f"device-{number:04}" for number in range(2000))))
    page.get_by_label("Search").fill("device-1234")
    assert objects(page) == ["device-1234"]
