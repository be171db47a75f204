"""The Chromium of this machine, and how to log in to Nautobot with it: for tests and pictures of what the workbench runs.

Playwright's Python package is needed only by whoever calls this; its own browsers are not.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .errors import DevToolsError
from .instance import ADMIN, PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str:
    """Return the path of a Chromium or Chrome: what CHROMIUM names, or the first on the PATH.

    Raises:
        DevToolsError: there is none; says what to install.
    """
    named = os.environ.get("CHROMIUM")
    for program in [named] if named else _PROGRAMS:
        if path := shutil.which(program):
            return path
    if named:
        raise DevToolsError(f"CHROMIUM names {named}, which is no program.")
    raise DevToolsError(
        f"There is no Chromium on the PATH ({', '.join(_PROGRAMS)}). Install one, on Debian with `apt-get install chromium`, "
        "or name its path in CHROMIUM."
    )


def launch_options() -> dict[str, Any]:
    """What Playwright's ``launch()`` needs to start it: here it reads pages of this machine only, often as root or in a container."""
    return {
        "executable_path": find_chromium(),
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    }


@contextmanager
def chromium() -> Iterator[Browser]:
    """A started browser for the time of the block."""
    from playwright.sync_api import sync_playwright

    options = launch_options()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        yield browser
        browser.close()


def log_in(page: Page, username: str = ADMIN, password: str = PASSWORD) -> None:
    """Log in as a person does; ends on Nautobot's home page."""
    page.goto("/login/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_label("Password").press("Enter")  # the button is called differently from version to version
    page.wait_for_url("**/")
