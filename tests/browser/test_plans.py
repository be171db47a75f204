"""Plans of changes, as their readers review them: a file in a browser, on any screen and on paper."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace

import pytest
from pages import DESK, HOSTILE, LONG, PHONE, RIGHT_TO_LEFT, is_wider_than_the_screen, violations
from playwright.sync_api import Locator, Page, expect


@pytest.fixture
def render(nautobot, tmp_path: Path):
    """A function that writes a plan which for each name updates, creates and deletes an object; all texts are that name.

    The first name is the title too. The last one's row has a problem.
    """
    from nautobot.dcim.models import Cable, Device, Interface

    from jobs.toolkit.plan import Problem
    from jobs.toolkit.plan_files import Outcome
    from jobs.toolkit.plan_html import write_html

    def run(*names: str, problems: bool = True) -> Path:
        text = names[0] if names else "nothing"
        job = SimpleNamespace(
            class_path="jobs.changes.sample.Sample",
            name=f"Sample change {text}",
            user=text,
            job_result=SimpleNamespace(get_absolute_url=lambda: "/extras/job-results/1/"),
        )
        outcome = Outcome(job, text, datetime(2026, 1, 2, 3, 4, tzinfo=timezone.utc))
        outcome.base_url = "https://nautobot.example.com"
        plan = outcome.plan
        for name in names:
            with plan.row(f"Row {name}"):
                objects = [
                    Interface(name=name, description=f"{name} before"),
                    Device(name=name, comments=name),
                    Cable(label=name),
                ]
                plan.update(objects[0], description=f"{name} after", label=name, reason=name)
                plan.create(objects[1], reason=name, verb="install")
                plan.delete(objects[2], reason=name, verb="disconnect")
                outcome.names._names.update({(obj._meta.label_lower, obj.pk): name for obj in objects})
        if names:
            plan.remark(text)
            outcome.along.update({"dcim.interface": 3})
            if problems:
                plan.problem(text)
                outcome.problems.append(Problem(names[-1], f"Row {names[-1]}"))
        outcome.take(plan, list(outcome.problems))
        write_html(tmp_path / "plan.html", outcome)
        return tmp_path / "plan.html"

    return run


def objects(page: Page) -> list[str]:
    """The objects of the changes that are shown, from the top."""
    return page.locator(".change:visible .what bdi").all_text_contents()


def choice(page: Page, name: str) -> Locator:
    """The filter of that name."""
    return page.get_by_role("combobox", name=name, exact=True)


def test_search_and_filter(render, read):
    page = read(render("core-01", "core-02", "edge-01"))
    everything = objects(page)
    assert len(everything) == 9
    page.get_by_label("Search").fill("core interfaces")
    assert objects(page) == ["core-01", "core-02"]
    expect(page.get_by_role("status")).to_have_text("2 of 9 shown")
    page.get_by_label("Search").fill("there is no such thing")
    expect(page.get_by_text("No change fits the filters.")).to_be_visible()
    page.get_by_role("button", name="Reset").click()
    assert objects(page) == everything
    choice(page, "Change").select_option("delete")
    assert objects(page) == ["core-01", "core-02", "edge-01"]
    choice(page, "Model").select_option("devices")
    assert objects(page) == []
    choice(page, "Change").select_option("All")
    choice(page, "Row").select_option("Row edge-01")
    assert objects(page) == ["edge-01"]
    # A model of the chart, and the row of a problem, lead to their changes.
    page.get_by_role("button", name="cables", exact=True).click()
    assert objects(page) == ["core-01", "core-02", "edge-01"]
    page.locator(".problems").get_by_role("button", name="Row edge-01").first.click()
    assert objects(page) == ["edge-01"] * 3


def test_fold(render, read):
    page = read(render("core-01", "core-02"))
    page.get_by_role("button", name="Collapse all").click()
    assert objects(page) == []
    # What is searched for is unfolded where it is found.
    page.get_by_label("Search").fill("core-02")
    assert objects(page) == ["core-02"] * 3
    page.get_by_role("button", name="Expand all").click()
    page.get_by_role("button", name="Reset").click()
    assert len(objects(page)) == 6


def test_fingerprint_is_copied(render, read, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = read(render("core-01", problems=False))
    page.get_by_role("button", name="Copy the fingerprint").click()
    expect(page.get_by_role("button", name="Copy the fingerprint")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#fingerprint").text_content()


def test_no_fingerprint_of_what_cannot_be_applied(render, read):
    page = read(render("core-01"))
    expect(page.locator("#fingerprint")).to_have_count(0)
    expect(page.get_by_role("button", name="Copy the fingerprint")).to_have_count(0)
    assert len(objects(page)) == 3  # the script goes on


def test_links_follow_the_address(render, read):
    page = read(render("core-01"))
    links = page.locator(".change a")
    # What is created is not there yet.
    expect(links).to_have_count(2)
    page.get_by_label("Links lead to this Nautobot").fill("https://other.example.com/")
    page.get_by_label("Links lead to this Nautobot").press("Tab")
    for link in links.all():
        assert link.get_attribute("href").startswith("https://other.example.com/dcim/")


def test_without_scripts(render, new_context):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(render("core-01", "core-02", problems=False).as_uri())
    assert len(objects(page)) == 6
    expect(page.get_by_label("Search")).to_be_hidden()
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.locator("#fingerprint")).to_have_text(re.compile("^[0-9a-f]{20}$"))


def test_on_paper(render, read):
    page = read(render(*(f"core-{number:02}" for number in range(30))))
    page.get_by_role("button", name="Collapse all").click()
    choice(page, "Model").select_option("devices")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.get_by_text("Model: devices")).to_be_visible()
    expect(page.get_by_label("Search")).to_be_hidden()
    assert len(objects(page)) == 30
    pages = page.pdf(prefer_css_page_size=True, tagged=True)
    assert b"/StructTreeRoot" in pages
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pages)) <= 5


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
    assert page.title().startswith("Sample change")
    assert objects(page) == names * 3


@pytest.fixture(scope="session")
def large_plan(tmp_path_factory) -> Path:
    """The plan that `benchmarks/plan.py` measures: 5,000 changes."""
    path = tmp_path_factory.mktemp("large") / "plan.html"
    subprocess.run([sys.executable, "benchmarks/plan.py", "--write", path], check=True)
    return path


def test_a_long_plan_finds_what_is_there(large_plan, read):
    page = read(large_plan)
    expect(page.get_by_role("status")).to_have_text("5\u202f000 shown")
    choice(page, "Row").select_option("Row 77")
    assert len(objects(page)) == 2
    choice(page, "Row").select_option("All")
    page.get_by_label("Search").fill("nyc02 rename")
    names = objects(page)
    assert names
    assert all(name.startswith("nyc02-") for name in names)
