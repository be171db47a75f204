"""Nautobot with this repository in it, in a real browser: each test asserts what a person sees."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from playwright.sync_api import expect

LEFT_DISABLED = "Primary address audit"
SITES = {"AMS01", "DEN01", "LON01", "MEX01", "MUC01", "NYC01", "PAR01", "SIN01", "SYD01", "TYO01"}


def test_sync_tells_of_each_job(admin, nautobot, synced, done):
    admin.page.goto(done["sync"])
    created = admin.log("Created Job record")
    # The log has several pages by now; this one is on the first.
    path = f"{nautobot.slug}.jobs.audits.connections.ConnectionAudit"
    expect(created.filter(has_text=path)).to_have_count(1)
    expect(admin.log("Warning")).to_have_count(0)


def test_jobs_are_grouped_and_examples_hidden(admin, synced):
    admin.see_jobs()
    expect(admin.page.get_by_role("row", name="Audits", exact=True)).to_be_visible()
    expect(admin.row("Connection audit")).to_be_visible()
    expect(admin.page.get_by_text("Example: Hello World")).to_have_count(0)
    admin.see_jobs(hidden=True)
    expect(admin.page.get_by_role("row", name="Examples", exact=True)).to_be_visible()
    expect(admin.row("Example: Hello World")).to_be_visible()
    expect(admin.page.get_by_text("Connection audit")).to_have_count(0)


def test_a_new_job_is_disabled_until_somebody_enables_it(admin, synced):
    admin.open_form(LEFT_DISABLED)
    expect(admin.page.get_by_text("This job is not enabled to be run.")).to_be_visible()
    expect(admin.page.get_by_role("button", name="Run Job Now")).to_be_disabled()
    admin.see_jobs()
    admin.row(LEFT_DISABLED).get_by_role("button").click()
    admin.link("Edit job").locator("visible=true").click()
    admin.page.get_by_label("Enabled", exact=True).check()
    admin.press("Update")
    admin.page.wait_for_url("**/extras/jobs/")
    admin.open_form(LEFT_DISABLED)
    expect(admin.page.get_by_role("button", name="Run Job Now")).to_be_enabled()


@pytest.fixture
def scheduled(admin, synced, done):
    """A Job that runs once, in a moment."""
    if "schedule" in done:
        return
    job = "Example: Hello World"
    admin.open_form(job, hidden=True)
    page = admin.page
    page.get_by_label("Who", exact=True).fill("whoever comes later")
    page.get_by_label("Type", exact=True).select_option("Once in the future")
    page.get_by_label("Schedule name").fill("Greet later")
    # Nautobot refuses less than 15 seconds from now.
    start = datetime.now(timezone.utc) + timedelta(seconds=25)
    page.get_by_label("Starting date and time").fill(start.strftime("%Y-%m-%d %H:%M:%S"))
    page.keyboard.press("Tab")
    admin.press("Schedule Job")
    page.wait_for_url("**/extras/scheduled-jobs/**")
    done["schedule"] = True


def test_schedule_once(admin, scheduled):
    admin.page.goto("/extras/scheduled-jobs/")
    expect(admin.row("Greet later")).to_contain_text("Example: Hello World")


def test_form_narrows_one_list_by_another(admin, synced):
    job = "Example: Every Variable"
    admin.open_form(job, hidden=True)
    everywhere = last_parts(admin.choices("Location"))
    assert {"EMEA", "AMS01", "AMS01-A"} < everywhere
    admin.pick("Location type", "Region → Site")
    assert last_parts(admin.choices("Location")) == SITES | {"(no location)"}
    admin.pick("Location", "EMEA → MUC01")
    devices = admin.choices("Devices")
    assert len(devices) == 6
    assert all(name.startswith("muc01-") for name in devices)
    admin.pick("Devices", "muc01-acc-01")
    admin.pick("Devices", "muc01-fw-01")

    page = admin.page
    page.get_by_label("Integer").fill("42")
    admin.press("Run Job Now")
    admin.see_end("Completed")
    expect(admin.summary("Result Data")).to_contain_text("MUC01")
    expect(admin.log("Selected as location").filter(has_text="MUC01")).to_have_count(1)


def test_log_and_report(admin, audit_report, done):
    admin.page.goto(done["run"])
    finding = admin.log("DCIM-OOB-001").filter(has_text="sin01-wan-02")
    expect(finding).to_have_count(1)
    expect(admin.log("6 checks of 126 devices")).to_contain_text("9 findings")
    finding.get_by_role("link", name="sin01-wan-02").click()
    expect(admin.page.get_by_role("heading", name="sin01-wan-02")).to_be_visible()


def test_button_on_a_location(admin, synced):
    job = "Example: What Uses This (button)"
    page = admin.page
    page.goto("/extras/job-buttons/add/")
    admin.pick("Object Types", "DCIM | location", search="location")
    page.get_by_label("Name", exact=True).fill("What uses this location")
    admin.pick("Job", job)
    page.get_by_label("Text", exact=True).fill("What uses {{ obj.name }}?")
    page.get_by_role("button", name="Create", exact=True).click()
    page.goto("/dcim/locations/")
    admin.link("MUC01").click()
    admin.press("What uses MUC01?")
    admin.press("Confirm")
    page.get_by_role("link", name="Click here for the results").click()
    admin.see_end("Completed")
    expect(admin.log("devices")).to_contain_text("6 devices")


def test_user_with_few_permissions_sees_and_may_do_less(operator, admin, audit_report, done):
    page = operator.page
    operator.see_jobs()
    expect(operator.row("Connection audit")).to_be_visible()
    expect(page.locator("a.job_run")).to_have_count(1)
    operator.row("Connection audit").get_by_role("button").click()
    expect(operator.link("View job details").locator("visible=true")).to_be_visible()
    expect(operator.link("Edit job")).to_have_count(0)
    admin.see_jobs()
    other_job = admin.link(LEFT_DISABLED).get_attribute("href")
    assert page.request.get(other_job).status == 404
    assert page.request.get(done["run"]).status == 404

    operator.open_form("Connection audit")
    page.get_by_label("Everything").check()
    operator.press("Run Job Now")
    operator.see_end("Failed")
    expect(operator.summary("Result Data")).to_contain_text('"findings": 4')
    report = operator.download("report.html").path().read_text(encoding="utf-8")
    assert "sin01-wan-02" in report
    assert "nyc01-core-02" not in report


def test_schedule_was_executed(admin, synced, scheduled):
    page = admin.page
    greeting = admin.row("Example: Hello World").filter(has_text="Completed")
    page.goto("/extras/job-results/")
    admin.reload_until(greeting)
    greeting.get_by_role("link").first.click()
    expect(admin.log("Hello, whoever comes later!")).to_have_count(1)


def last_parts(names):
    """ "AMS01" of "EMEA → AMS01"."""
    return {name.split(" → ")[-1] for name in names}
