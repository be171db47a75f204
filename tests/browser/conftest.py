"""A running Nautobot with web server, worker and beat, the example network in it, and what a person does on its pages.

Run by `uv run invoke browser`, not with the other tests: it needs a Chromium. pytest-playwright gives `page` and `new_context`, and keeps
trace and screenshot of a test that fails.
"""

from __future__ import annotations

import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from nautobot_dev_tools.browser import find_chromium, launch_options, log_in
from nautobot_dev_tools.errors import DevToolsError
from nautobot_dev_tools.instance import ADMIN, PASSWORD, TOKEN
from nautobot_dev_tools.loading import load_jobs
from nautobot_dev_tools.project import Project
from nautobot_dev_tools.workbench import booted
from playwright.sync_api import Download, Locator, Page, Playwright, expect

sys.path.insert(0, str(Path(__file__).parent))  # for `pages`, which these tests share and is no test
KEPT = Path(".nautobot/browser")
OPERATOR = "operator"
LEFT_DISABLED = "Primary address audit"
# What the operator may do: run one Job, look at his own runs and their files, and at the devices of one site.
OPERATOR_MAY = {
    "run one Job": ("extras.job", ["view", "run"], {"job_class_name": "ConnectionAudit"}),
    "see his runs": ("extras.jobresult", ["view"], {"user": "$user"}),
    "read their files": ("extras.fileproxy", ["view"], {"job_result__user": "$user"}),
    "see the devices of one site": ("dcim.device", ["view"], {"name__startswith": "sin01-"}),
}
# A machine that does other things too may take long; what is there at once costs no time.
expect.set_options(timeout=30_000)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Find the browser before anything is started; keep what tells of a failure in the state folder."""
    try:
        find_chromium()
    except DevToolsError as error:
        raise pytest.UsageError(str(error)) from error
    config.option.output = str(config.rootpath / KEPT)
    config.option.screenshot = "only-on-failure"
    config.option.tracing = "retain-on-failure"


@dataclass(frozen=True)
class Running:
    """The Nautobot: its address, and that of the Git repository which serves the working tree."""

    url: str
    name: str
    slug: str
    repository: str


@pytest.fixture(scope="session", autouse=True)
def nautobot(request: pytest.FixtureRequest) -> Iterator[Running]:
    """Boot it, with a second user; this process is a Nautobot too, whose Jobs' toolkit renders reports."""
    project = Project.find(request.config.rootpath)
    terminal = request.config.pluginmanager.getplugin("capturemanager")
    with ExitStack() as stack:
        with terminal.global_and_fixture_disabled():
            print()
            try:
                bench = stack.enter_context(booted(project, "browser", fresh=True, web=True, beat=True))
            except DevToolsError as error:
                pytest.exit(str(error), returncode=1)
        logs = (bench.instance.web.log, bench.instance.worker.log, bench.instance.beat.log)
        stack.callback(keep_logs, request.session, logs)
        make_operator()
        load_jobs(project.root)
        yield Running(bench.instance.url, project.name, project.slug, bench.url)


def keep_logs(session: pytest.Session, logs: tuple[Path, ...]) -> None:
    """Copy the logs of Nautobot's processes beside traces and screenshots, if a test has failed."""
    if session.testsfailed:
        folder = session.config.rootpath / KEPT
        folder.mkdir(parents=True, exist_ok=True)
        for log in logs:
            shutil.copy(log, folder)


def make_operator() -> None:
    """A user with few permissions. His password is his name."""
    from django.contrib.auth import get_user_model
    from django.contrib.contenttypes.models import ContentType
    from nautobot.users.models import ObjectPermission

    user = get_user_model().objects.create_user(username=OPERATOR, password=OPERATOR)
    for name, (model, actions, constraints) in OPERATOR_MAY.items():
        permission = ObjectPermission.objects.create(name=name, actions=actions, constraints=constraints)
        permission.object_types.add(ContentType.objects.get_by_natural_key(*model.split(".")))
        permission.users.add(user)


@pytest.fixture(scope="session")
def base_url(nautobot: Running) -> str:
    """What the pages' paths are relative to."""
    return nautobot.url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """This machine's browser."""
    return {**browser_type_launch_args, **launch_options()}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    """A screen of usual size, in the time zone of Nautobot."""
    return {**browser_context_args, "viewport": {"width": 1280, "height": 900}, "timezone_id": "UTC"}


class Person:
    """Somebody who is logged in, and what he does on Nautobot's pages."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, name: str | re.Pattern) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name).click()

    def see_jobs(self, *, hidden: bool = False) -> None:
        """Open the list of Jobs; with `hidden`, the list that the filter "Hidden" makes."""
        self.page.goto("/extras/jobs/?hidden=True" if hidden else "/extras/jobs/")

    def link(self, text: str) -> Locator:
        """The links with exactly this text, whatever icon stands before it."""
        return self.page.get_by_role("link").filter(has_text=re.compile(rf"^\s*{re.escape(text)}\s*$"))

    def row(self, text: str) -> Locator:
        """The row of a list that has such a link."""
        return self.page.get_by_role("row").filter(has=self.link(text))

    def open_form(self, job: str, *, hidden: bool = False) -> None:
        """Open the form that runs a Job, from the list."""
        self.see_jobs(hidden=hidden)
        self.link(job).click()
        expect(self.page.get_by_text("Job Data")).to_be_visible()

    def picker(self, label: str) -> Locator:
        """What stands for a list of objects: Nautobot hides the field itself behind it."""
        field = self.page.locator("select").and_(self.page.get_by_label(label, exact=True))
        return field.locator("xpath=following-sibling::span[1]")

    def open_picker(self, label: str) -> Locator:
        """Open a picker; returns what it offers."""
        self.picker(label).click()
        return self.page.locator(".select2-results").get_by_role("option")

    def choices(self, label: str) -> list[str]:
        """What a picker offers."""
        with self.page.expect_response(re.compile("/api/")):
            offered = self.open_picker(label)
        # Until the answer is shown, this stands above what the list had before.
        expect(offered.filter(has_text="Searching")).to_have_count(0)
        expect(offered.first).to_be_visible()
        names = [name.strip() for name in offered.all_text_contents()]
        self.page.keyboard.press("Escape")
        return names

    def pick(self, label: str, choice: str, *, search: str = "") -> None:
        """Choose in a picker; with `search`, type that first: a list shows its first fifty only."""
        offered = self.open_picker(label)
        self.page.keyboard.type(search)
        offered.filter(has_text=re.compile(rf"^\s*{re.escape(choice)}\s*$", re.IGNORECASE)).click()
        expect(self.picker(label)).to_contain_text(choice, ignore_case=True)

    def reload_until(self, there: Locator) -> None:
        """Reload the page, as one does that does not follow what happens, until something is there."""
        deadline = time.monotonic() + 90
        while not there.count():
            assert time.monotonic() < deadline, f"still not on {self.page.url}: {there}"
            self.page.reload()

    def see_end(self, status: str) -> None:
        """Watch the page of a run until it shows its end."""
        expect(self.summary("Status")).to_have_text(re.compile("Completed|Failed"), timeout=90_000)
        expect(self.summary("Status")).to_contain_text(status)

    def summary(self, name: str) -> Locator:
        """A value in the summary of a run."""
        return (
            self.page.get_by_role("row")
            .filter(has=self.page.get_by_role("cell", name=name, exact=True))
            .get_by_role("cell")
            .last
        )

    def log(self, text: str) -> Locator:
        """The lines of a run's log with a text."""
        return self.page.locator("#logs").get_by_role("row").filter(has_text=text)

    def download(self, name: str) -> Download:
        """Download a file of a run."""
        with self.page.expect_download() as downloading:
            self.summary("Files").get_by_role("link", name=name, exact=True).click()
        return downloading.value


@pytest.fixture(scope="session")
def done() -> dict[str, object]:
    """What an earlier test has done already, by name: each test can run alone, none does it twice."""
    return {}


@pytest.fixture
def as_user(new_context: Callable, done: dict) -> Callable[..., Person]:
    """A function that returns somebody logged in, in a browser of his own."""

    def enter(username: str, password: str) -> Person:
        context = new_context(storage_state=done.get(username))
        page = context.new_page()
        if username not in done:
            log_in(page, username, password)
            done[username] = context.storage_state()
        return Person(page)

    return enter


@pytest.fixture
def admin(as_user: Callable) -> Person:
    """The administrator."""
    return as_user(ADMIN, PASSWORD)


@pytest.fixture
def operator(as_user: Callable) -> Person:
    """The user with few permissions."""
    return as_user(OPERATOR, OPERATOR)


@pytest.fixture
def synced(admin: Person, nautobot: Running, playwright: Playwright, done: dict) -> None:
    """The repository is in Nautobot: added and synced by hand; its Jobs are enabled, but for one."""
    if "sync" in done:
        return
    page = admin.page
    page.goto("/extras/git-repositories/")
    page.get_by_role("link", name=re.compile("Add")).first.click()
    page.get_by_label("Name", exact=True).fill(nautobot.name)
    page.get_by_label("Remote URL").fill(nautobot.repository)
    page.get_by_label("Branch").fill("main")
    page.get_by_label("Provides").select_option(label="jobs")
    admin.press("Create & Sync")
    page.wait_for_url("**/extras/git-repositories/*/result/")
    admin.reload_until(admin.summary("Status"))  # Nautobot finds the run only once the worker has begun it
    admin.see_end("Completed")
    enable_jobs(playwright, nautobot)
    done["sync"] = page.url


def enable_jobs(playwright: Playwright, nautobot: Running) -> None:
    """Enable the repository's Jobs over the REST API, but for the one that a test enables by hand."""
    api = playwright.request.new_context(base_url=nautobot.url, extra_http_headers={"Authorization": f"Token {TOKEN}"})
    changes = [
        {"id": job["id"], "enabled": True}
        for job in api.get("/api/extras/jobs/?limit=0").json()["results"]
        if job["module_name"].startswith(f"{nautobot.slug}.") and job["name"] != LEFT_DISABLED
    ]
    # Nautobot imports the code of all Jobs again for each that it saves.
    answer = api.patch("/api/extras/jobs/", data=changes, timeout=180_000)
    assert answer.ok, answer.text()
    api.dispose()


@pytest.fixture
def audit_report(admin: Person, synced: None, done: dict, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the Connection audit of the whole example network, as its reader downloads it."""
    if "report" not in done:
        admin.open_form("Connection audit")
        admin.page.get_by_label("Everything").check()
        admin.press("Run Job Now")
        admin.see_end("Failed")
        done["run"] = admin.page.url
        done["report"] = tmp_path_factory.mktemp("report") / "report.html"
        admin.download("report.html").save_as(done["report"])
    return done["report"]


@pytest.fixture
def read(page: Page):
    """A function that opens a report; whatever its script does wrong fails the test."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)

    def open_file(path: Path, *, size: dict | None = None) -> Page:
        if size:
            page.set_viewport_size(size)
        page.goto(path.as_uri())
        return page

    yield open_file
    assert errors == []
