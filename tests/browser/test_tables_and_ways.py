"""Tables and drawings of cables, as their readers open them: a file in a browser, on any screen and on paper."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace

import pytest
from pages import DESK, HOSTILE, LONG, PHONE, RIGHT_TO_LEFT, is_wider_than_the_screen, violations
from playwright.sync_api import expect

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=timezone.utc)
NAMES = pytest.mark.parametrize(
    "names",
    [[], ["eve"], [HOSTILE, "eve"], [LONG, LONG + "2", "eve"], [RIGHT_TO_LEFT, "eve"]],
    ids=["none", "one", "hostile", "long", "right-to-left"],
)
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


@pytest.fixture
def tables(nautobot, tmp_path: Path):
    """A function that writes a page with a table and a matrix of rows with these names, of which there are more than it shows."""
    from jobs.toolkit.tables import Link, Page, Tile

    def run(*names: str) -> Path:
        result = SimpleNamespace(get_absolute_url=lambda: "/run/")
        job = SimpleNamespace(
            name=f"Review {names[0] if names else ''}", user="noc", job_result=result, class_path="x.X"
        )
        page = Page(job, "Nautobot review", facts={"Asked for": "".join(names[:1])}, started=NOW)
        page.tiles = [Tile(len(names), "names", "high"), Tile("none", "questions")]
        page.notes = [f"`{name}` is a name" for name in names]
        table = page.table("Names", "Name", "Number", "About", note="All of them.", file="names.csv")
        matrix = page.table("Who may what", "Name", *(f"Job {number}" for number in range(12)), matrix=True)
        for number, name in enumerate(names):
            table.add(Link(name, f"/users/{number}/"), number, name)
            matrix.add(name, *("✓" if column % 2 else "" for column in range(12)))
        table.total += 100 * bool(names)
        page.write_html(tmp_path / "page.html")
        return tmp_path / "page.html"

    return run


@pytest.fixture
def ways(nautobot, tmp_path: Path):
    """A function that writes the way of a cable from each of these devices to the next."""
    from jobs.toolkit.page import write_page
    from jobs.toolkit.ways import Link, Stop, Way

    def run(*names: str) -> Path:
        parts: list = []
        for number, name in enumerate(names):
            parts += [Link(name, "cat6, 3 m", "/cable/", connected=bool(number % 2))] if parts else []
            parts.append(Stop(name, name, f"/device/{number}/", [name, "Ethernet1"]))
        title = f"Ways through {names[0] if names else ''}"
        about = SimpleNamespace(
            title=title, user="noc", started=NOW, base_url="https://nautobot.example.com", run_url="/run/", job="x.X"
        )
        found = [Way(parts, complete=len(names) > 1, split=False)] if parts else []
        file = tmp_path / "path.html"
        write_page(file, "ways", about, ways=found, origin=names[0] if names else "Ethernet1", origin_path="/port/")
        return file

    return run


def look(page):
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    assert not is_wider_than_the_screen(page)


@NAMES
@SIZES
def test_tables_whatever_the_names(tables, read, names, size):
    page = read(tables(*names), size=size)
    look(page)
    assert page.title().startswith("Review")
    if names:
        link = page.get_by_role("link", name=names[0], exact=True).first
        expect(link).to_have_attribute("data-path", "/users/0/")


@NAMES
@SIZES
def test_ways_whatever_the_names(ways, read, names, size):
    page = read(ways(*names), size=size)
    look(page)
    assert page.title().startswith("Ways through")
    expect(page.locator("svg rect")).to_have_count(len(names))


def test_on_paper(tables, ways, read):
    for file in (tables("eve", "noc"), ways("sw-01", "sw-02", "sw-03")):
        page = read(file)
        page.emulate_media(media="print")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
