"""Takes the pictures of README and guides from the running thing: `uv run invoke pictures`, while `uv run invoke start` runs.

With `--large` only those of a large report, which need nothing that runs; with `--plans` only those of a plan.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from nautobot_dev_tools import exercises
from nautobot_dev_tools.browser import chromium, log_in
from nautobot_dev_tools.instance import TOKEN
from nautobot_dev_tools.project import Project
from PIL import Image
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[1]
ASSETS = ROOT / "docs" / "assets"
SITE = "AMS01"
PLANNED = "branch_site"


def main() -> None:
    """Take them all."""
    project = Project.find(ROOT)
    url = f"http://localhost:{project.port}"
    with chromium() as browser:
        if "--plans" in sys.argv:
            plan(browser, project, url)
            return
        large_report(browser)
        if "--large" in sys.argv:
            return
        page = browser.new_page(viewport={"width": 1280, "height": 800}, base_url=url)
        log_in(page)
        add_git_repository(page)
        jobs(page)
        run_form_schedule_and_result(page)
        job_button(page, url)
        reports(browser, project, url)
        plan(browser, project, url)
    total = sum(path.stat().st_size for path in ASSETS.glob("*.png"))
    print(f"{total:,} bytes in all")


def add_git_repository(page: Page) -> None:
    """The form in which the repository is added, filled."""
    page.goto("/extras/git-repositories/add/")
    page.fill("#id_name", "Nautobot job collection")
    page.fill("#id_remote_url", "https://git.example.com/network/nautobot-job-collection.git")
    page.select_option("#id_provided_contents", label="jobs")
    save(page, "add-git-repository")


def jobs(page: Page) -> None:
    """The list of Jobs."""
    page.goto("/extras/jobs/")
    page.get_by_role("link", name="Connection audit").first.wait_for()
    save(page, "jobs")


def run_form_schedule_and_result(page: Page) -> None:
    """The form of the Connection audit, the same with a schedule, and what comes of a run."""
    page.goto("/extras/jobs/")
    page.get_by_role("link", name="Connection audit").first.click()
    page.locator("#id_everything").wait_for()
    save(page, "run-form", full=True)
    page.select_option("#id__schedule_type", "custom")
    page.fill("#id__schedule_name", "Connection audit, each night")
    page.fill("#id__schedule_start_time", "2030-01-01 03:00:00")
    page.click("#id__recurrence_custom_time")  # closes the calendar
    page.fill("#id__recurrence_custom_time", "0 3 * * *")
    save(page, "schedule-form", card="#id__schedule_type")
    page.select_option("#id__schedule_type", "immediately")
    page.check("#id_everything")
    page.get_by_role("button", name=re.compile("Run Job Now")).first.click()
    page.wait_for_url("**/job-results/**")
    page.get_by_text("Findings of severity high or above").first.wait_for(timeout=60_000)
    save(page, "job-result", full=True)


def job_button(page: Page, url: str) -> None:
    """A job button on a location's page, made for the picture."""
    buttons = f"{url}/api/extras/job-buttons/"
    api = requests.Session()
    api.headers["Authorization"] = f"Token {TOKEN}"
    button = api.post(
        buttons,
        json={
            "name": "What uses this",
            "text": "What uses this?",
            "content_types": ["dcim.location"],
            "job": {"job_class_name": "WhatUsesThis"},
        },
    )
    if not button.ok:
        raise SystemExit(f"The job button could not be made: {button.text}")
    try:
        page.goto(f"/dcim/locations/?q={SITE}")
        page.get_by_role("link", name=SITE, exact=True).first.click()
        page.get_by_text("What uses this?").first.wait_for()
        save(page, "job-button")
    finally:
        api.delete(f"{buttons}{button.json()['id']}/").raise_for_status()


def reports(browser: Browser, project: Project, url: str) -> None:
    """The report of each Job that makes one, on the sample data."""
    first = {}
    for exercise in exercises.load(project):
        if "report.html" in exercise.expect.get("files", []):
            first.setdefault(exercise.job, exercise)
    with tempfile.TemporaryDirectory() as folder:
        for exercise in first.values():
            file = attached(exercise, Path(folder), url, "report.html")
            stem = re.sub(r"[._]", "-", exercise.job.rsplit(".", 1)[0].removeprefix("jobs."))
            with opened(browser, file) as page:
                save(page, f"report-{stem}")


def large_report(browser: Browser) -> None:
    """A report of 20,000 findings, that of the benchmark: light, dark, its table, and on a phone."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.html"
        subprocess.run([sys.executable, "benchmarks/report.py", "--write", str(file)], cwd=ROOT, check=True)
        for scheme, name in (("light", "report-large"), ("dark", "report-dark")):
            with opened(browser, file, color_scheme=scheme, viewport={"width": 1280, "height": 1610}) as page:
                save(page, name, colours=128)
        with opened(browser, file) as page:
            page.get_by_role("combobox", name="State", exact=True).select_option("All")
            page.get_by_label("Search").fill("pdu ber")
            page.locator("#list").evaluate("section => section.scrollIntoView()")
            save(page, "report-table")
        with opened(browser, file, viewport={"width": 390, "height": 844}) as page:
            save(page, "report-phone")


def plan(browser: Browser, project: Project, url: str) -> None:
    """The plan of a branch site: light, dark, and on a phone."""
    exercise = next(each for each in exercises.load(project) if each.inputs.get("design") == PLANNED)
    with tempfile.TemporaryDirectory() as folder:
        file = attached(exercise, Path(folder), url, "plan.html")
        for scheme in ("light", "dark"):
            with opened(browser, file, color_scheme=scheme, viewport={"width": 1280, "height": 1200}) as page:
                save(page, f"plan-{scheme}")
        with opened(browser, file, viewport={"width": 390, "height": 844}) as page:
            save(page, "plan-phone")


def attached(exercise: exercises.Exercise, folder: Path, url: str, name: str) -> Path:
    """Run an exercise in the worker; returns a file that it attaches."""
    output = folder / exercise.job
    inputs = [f"--input={name}={value}" for name, value in exercise.inputs.items()]
    command = [sys.executable, "-m", "nautobot_dev_tools", "run", exercise.job, "--no-sync", "--output", str(output)]
    # An audit that finds something fails, as declared.
    subprocess.run([*command, *inputs], cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
    path = output / name
    path.write_text(
        path.read_text()
        .replace(url, "https://nautobot.example.com")
        .replace(url.partition("://")[2], "nautobot.example.com")
    )
    return path


@contextmanager
def opened(browser: Browser, file: Path, **options) -> Iterator[Page]:
    """A file in a page of its own."""
    page = browser.new_page(**{"viewport": {"width": 1280, "height": 960}, **options})
    page.goto(file.as_uri())
    yield page
    page.close()


def save(page: Page, name: str, *, full: bool = False, card: str = "", colours: int = 64) -> None:
    """Save what the page shows, with few colours: every worker that syncs the repository clones it.

    Args:
        page: what to take.
        name: of the file.
        full: all of the page, instead of what fits the window.
        card: only the box round the element of this selector.
        colours: how many it keeps.
    """
    path = ASSETS / f"{name}.png"
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement?.blur()")
    window = page.viewport_size
    if full or card:
        # A window as high as the page: bars that stay in place while one scrolls would else stand in the middle of it.
        page.set_viewport_size({**window, "height": page.evaluate("document.documentElement.scrollHeight")})
    target = page.locator(".card").filter(has=page.locator(card)) if card else page
    target.screenshot(path=path)
    page.set_viewport_size(window)
    Image.open(path).convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path} {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
