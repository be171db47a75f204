"""DCIM-DEVICE-001: which names the policy does not allow."""

import pytest

from jobs.audits.checks.devices import NamePattern
from jobs.toolkit.access import RefusalError


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("ams01-acc-01", False),
        ("ams01-acc-1", True),
        ("AMS01-acc-01", True),
        ("xams01-acc-01", True),
        ("ams01-acc-01.example.com", True),
        (None, False),
    ],
)
def test_from_first_to_last_character(found, switch, name, wrong):
    device = switch(name)
    names = found(NamePattern(patterns={"Switch": r"[a-z]{3}\d\d-acc-\d\d"}))
    assert names == ([device.name] if wrong else [])


def test_by_role(lab, ask, switch):
    switch("acc-1")
    switch("core-1", role=lab.make_role("Core"))
    switch("anything", role=lab.make_role("Server"))
    (finding,) = ask(NamePattern(patterns={"Switch": "acc-.*", "Core": "cor-.*"}))
    assert (finding.display, finding.details) == ("core-1", {"expected": "cor-.*"})


def test_all_other_roles(lab, found, switch):
    switch("acc-1")
    switch("core-1", role=lab.make_role("Core"))
    assert found(NamePattern(patterns={"Switch": "acc-.*", "*": "x"})) == ["core-1"]


def test_no_policy():
    assert "patterns" in NamePattern().idle()
    assert NamePattern(patterns={"Switch": "x"}).idle() == ""


@pytest.mark.parametrize("patterns", [{"Switch": "acc-(["}, {"Switch": 1}, "acc-.*"])
def test_policy_that_is_none(ask, switch, patterns):
    switch("acc-1")
    with pytest.raises(RefusalError, match="parameter patterns"):
        ask(NamePattern(patterns=patterns))
