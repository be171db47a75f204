"""Digests of changes, as their readers open them from a mail: a file in a browser, on any screen and on paper."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest
from pages import DESK, HOSTILE, LONG, PHONE, RIGHT_TO_LEFT, is_wider_than_the_screen, violations
from playwright.sync_api import expect

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=timezone.utc)


@pytest.fixture
def render(nautobot, tmp_path: Path):
    """A function that writes a digest in which users of these names each create, update and delete an object of that name."""
    from jobs.automation.change_digest_files import About, write_html
    from jobs.automation.change_digest_read import ACTIONS, Digest, Entry, Request

    def run(*names: str) -> Path:
        digest = Digest(NOW - timedelta(days=1), NOW)
        for number, name in enumerate(names, 1):
            request = Request(UUID(int=number), name, NOW, name, NOW)
            for action in ACTIONS:
                digest.actions[action] += 1
                for counts in (digest.users, digest.models, digest.locations):
                    counts.setdefault(name, Counter())[action] += 1
                request.counts[name, action] += 1
                request.entries.append(Entry(UUID(int=number), action, name, name, UUID(int=9)))
            digest.requests[request.key] = request
        digest.devices[UUID(int=9)] = names[0] if names else ""
        title = f"Change digest {names[0] if names else ''}"
        about = About(title, "noc", NOW, "https://nautobot.example.com", "/run/", "jobs.x.X", "".join(names[:1]))
        write_html(tmp_path / "digest.html", digest, about)
        return tmp_path / "digest.html"

    return run


def test_search_and_links(render, read):
    page = read(render("eve", "noc"))
    requests = page.locator(".request:visible")
    expect(requests).to_have_count(2)
    page.get_by_label("Search").fill("NOC created")
    expect(requests).to_have_count(1)
    expect(page.get_by_role("status")).to_have_text("1 request")
    requests.locator("summary").click()
    links = requests.locator("a")
    expect(links).to_have_count(3)
    assert re.search(r"^https://nautobot\.example\.com/extras/object-changes/", links.first.get_attribute("href"))


@pytest.mark.parametrize(
    "names",
    [[], ["eve"], [HOSTILE, "eve"], [LONG, LONG + "2", "eve"], [RIGHT_TO_LEFT, "eve"]],
    ids=["none", "one", "hostile", "long", "right-to-left"],
)
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_whatever_the_names(render, read, names, size):
    page = read(render(*names), size=size)
    for details in page.locator(".request summary").all():
        details.click()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    assert not is_wider_than_the_screen(page)
    assert page.title().startswith("Change digest")


def test_on_paper(render, read):
    page = read(render(*(f"user-{number:02}" for number in range(30))))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.get_by_label("Search")).to_be_hidden()
    expect(page.locator(".entries:visible")).to_have_count(30)
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) <= 8
