"""Which browser is found, and what is said where there is none."""

import pytest
from nautobot_dev_tools.browser import find_chromium, launch_options
from nautobot_dev_tools.errors import DevToolsError


@pytest.fixture
def install(tmp_path, monkeypatch):
    """A function that puts a program on the PATH, on which nothing else is."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    def put(name):
        program = tmp_path / name
        program.touch(0o755)
        return str(program)

    return put


def test_the_first_on_the_path(install):
    chrome = install("google-chrome")
    assert find_chromium() == chrome
    chromium = install("chromium")
    assert find_chromium() == chromium
    assert launch_options()["executable_path"] == chromium


def test_the_one_that_is_named(install, monkeypatch):
    install("chromium")
    own = install("my-browser")
    monkeypatch.setenv("CHROMIUM", own)
    assert find_chromium() == own


def test_none_is_said_with_what_to_install(install, monkeypatch):
    with pytest.raises(DevToolsError, match="apt-get install chromium"):
        find_chromium()
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(DevToolsError, match="/nowhere/chromium"):
        find_chromium()
