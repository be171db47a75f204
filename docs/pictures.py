"""Takes the pictures of README and guides from the running thing: `uv run invoke pictures`, while `uv run invoke start` runs."""

from __future__ import annotations

from pathlib import Path

from nautobot_dev_tools.browser import chromium, log_in
from nautobot_dev_tools.project import Project
from PIL import Image
from playwright.sync_api import Page

ASSETS = Path(__file__).parent / "assets"


def main() -> None:
    """Take them all."""
    url = f"http://localhost:{Project.find().port}"
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800}, base_url=url)
        log_in(page)
        add_git_repository(page)


def add_git_repository(page: Page) -> None:
    """The form in which the repository is added, filled."""
    page.goto("/extras/git-repositories/add/")
    page.fill("#id_name", "Nautobot job collection")
    page.fill("#id_remote_url", "https://git.example.com/network/nautobot-job-collection.git")
    page.select_option("#id_provided_contents", label="jobs")
    save(page, "add-git-repository")


def save(page: Page, name: str) -> None:
    """Save what the page shows, with few colours: every worker that syncs the repository clones it."""
    path = ASSETS / f"{name}.png"
    page.screenshot(path=path)
    Image.open(path).convert("RGB").quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path} {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
