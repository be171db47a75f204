"""DCIM-LINK-008: which descriptions do not name the far end."""

import pytest

from jobs.audits.checks.interfaces import LinkDescription


@pytest.mark.parametrize(
    ("text", "given", "required"),
    [
        ("to AMS01-B eth1", [], []),
        ("to somewhere else", ["a eth1"], ["a eth1"]),
        ("", [], ["a eth1"]),
    ],
)
def test_description(found, links, text, given, required):
    links.join(links.port("a", description=text), links.port("ams01-b.example.org", description="a"))
    assert found(LinkDescription(policy="given")) == given
    assert found(LinkDescription(policy="required")) == required


def test_both_ends(ask, links):
    links.join(links.port("left", description="x"), links.port("right", description="y"))
    findings = ask(LinkDescription(policy="given"))
    assert [finding.display for finding in findings] == ["left eth1", "right eth1"]
    assert findings[0].details == {
        "description": "x",
        "far description": "y",
        "far end": "right eth1",
    }


def test_without_policy():
    assert LinkDescription().idle()
    assert not LinkDescription(policy="given").idle()
