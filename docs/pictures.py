"""Takes the pictures of README and guides from the running thing: `uv run invoke pictures`, while `uv run invoke start` runs.

With `--large` only those of a large report, with `--reports` only those of the Jobs, which both need nothing that runs; with `--plans`
only those of a plan.
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
from nautobot_dev_tools.loading import create_job_records, load_jobs
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.pytest_plugin import JobRun, execute
from nautobot_dev_tools.workbench import scratch_database
from PIL import Image
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[1]
ASSETS = ROOT / "docs" / "assets"
SITE = "AMS01"
PLANNED = "branch_site"
WRITE = "--write"


def main() -> None:
    """Take them all."""
    project = Project.find(ROOT)
    url = f"http://localhost:{project.port}"
    if WRITE in sys.argv:
        what, folder = sys.argv[-2:]
        {"sample": reports, "network": network_reports}[what](project, Path(folder))
        return
    with tempfile.TemporaryDirectory() as folder:
        if not {"--plans", "--large"} & set(sys.argv):
            # Each in a process of its own, which is a Nautobot with another database; a browser's process can be none.
            for what in ("sample", "network"):
                subprocess.run([sys.executable, __file__, WRITE, what, folder], cwd=ROOT, check=True)
        with chromium() as browser:
            take(browser, project, url, Path(folder))
    total = sum(path.stat().st_size for path in ASSETS.glob("*.png"))
    print(f"{total:,} bytes in all")


def take(browser: Browser, project: Project, url: str, folder: Path) -> None:
    """All pictures, or those that are chosen; `folder` has the reports."""
    if "--plans" in sys.argv:
        plan(browser, project, url)
        return
    for file in sorted(folder.glob("*.html")):
        with opened(browser, file) as page:
            save(page, f"report-{file.stem}", colours=32)
    if "--reports" in sys.argv:
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
    plan(browser, project, url)


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


def reports(project: Project, folder: Path) -> None:
    """Write the first report of each Job that makes one for people, by its exercises on the sample data."""
    with scratch_database(project, "docs", seeded=True) as instance:
        jobs = load_jobs(ROOT)
        create_job_records(jobs)
        for exercise in exercises.load(project):
            job, user = jobs[exercise.job], instance.ensure_admin()
            run = execute(job, exercises.arguments(exercise, job, user), user)
            if exercise.status == "success" or exercise.expect.get("findings"):
                write(job, run, folder)


def network_reports(project: Project, folder: Path) -> None:
    """The same of the Jobs that talk to devices: on the sample data there are none that answer, so these are simulated."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    import fleet
    import network

    devices = 24
    command = [sys.executable, str(network.SIMULATOR), str(devices), "0"]
    simulator = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with scratch_database(project), simulator, tempfile.TemporaryDirectory() as zones:
        jobs = load_jobs(ROOT)
        create_job_records(jobs)
        network.build(devices)
        fleet.add_interfaces_and_names()
        something_differs()
        port = int(simulator.stdout.readline())
        with fleet.chosen(port, Path(zones) / "zones", devices - 1, at_once=8) as chosen:
            for name, values in chosen.items():
                job = jobs[f"jobs.network.{name}"]
                (folder / f"{page_of(job)}.html").unlink(missing_ok=True)  # in which nobody was asked
                write(job, fleet.run(name, values), folder)
        simulator.stdin.close()


def something_differs() -> None:
    """So that reports have something to tell: a device is not there, others are not as Nautobot has them."""
    from nautobot.dcim.models import Device, Interface
    from nautobot.ipam.models import IPAddress

    keys = list(Device.objects.order_by("name").values_list("pk", flat=True))
    Device.objects.filter(pk__in=keys[::2]).update(serial="FOC1234X5YZ")
    Interface.objects.filter(device__in=keys[::3], name__endswith="/2").update(mtu=9216, description="to the core")
    Interface.objects.filter(device__in=keys[1::3], name__endswith="/3").update(enabled=False)
    gone = Device.objects.get(pk=keys[-1])
    IPAddress.objects.filter(pk=gone.primary_ip4_id).update(host="127.9.9.9")


def write(job: type, run: JobRun, folder: Path) -> None:
    """Write the page for people that a run attached, if there is one, and the Job has none by now."""
    name = next((name for name in run.files if name.endswith(".html")), None)
    file = folder / f"{page_of(job)}.html"
    if name is not None and not file.exists():
        text = run.files[name].decode()
        text = text.replace("http://localhost", "https://localhost")
        file.write_text(re.sub(r"localhost(:\d+)?", "nautobot.example.com", text))


def page_of(job: type) -> str:
    """The name of the Job's page in the documentation."""
    return re.sub(r"[._]", "-", job.__module__.removeprefix("jobs."))


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
