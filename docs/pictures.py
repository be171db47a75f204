"""Takes the pictures of README and guides from the running thing.

`uv run --group pictures python docs/pictures.py`, while `uv run invoke start` runs. Needs a Chromium; its path is in CHROMIUM if it is not
/usr/bin/chromium.
"""

from __future__ import annotations

import os
from pathlib import Path

from nautobot_dev_tools.instance import ADMIN, PASSWORD
from nautobot_dev_tools.project import Project
from PIL import Image
from playwright.sync_api import Page, sync_playwright

ASSETS = Path(__file__).parent / "assets"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main() -> None:
    """Take them all."""
    url = f"http://localhost:{Project.find().port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800}, base_url=url)
        page.goto("/login/")
        page.fill("#id_username", ADMIN)
        page.fill("#id_password", PASSWORD)
        page.locator("#id_password").press("Enter")
        page.wait_for_url("**/")
        add_git_repository(page)
        browser.close()


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
