"""DCIM-LINK-002: which links have an access port and a trunk."""

import pytest

from jobs.audits.checks.interfaces import LinkMode


@pytest.mark.parametrize(
    ("one", "other", "wrong"),
    [
        ("access", "tagged", True),
        ("tagged", "access", True),
        ("access", "tagged-all", True),
        ("access", "access", False),
        ("tagged", "tagged", False),
        ("tagged", "tagged-all", False),
        ("", "access", False),
        ("tagged", "", False),
    ],
)
def test_modes(links, link_findings, ends_of, one, other, wrong):
    links.join(links.port("a", mode=one), links.port("b", mode=other))
    findings = link_findings(LinkMode())
    assert ends_of(findings) == ([["a eth1", "b eth1"]] if wrong else [])
    if wrong:
        assert {findings[0].details["mode"], findings[0].details["far mode"]} == {one, other}


def test_over_a_patch_panel(links, link_findings, ends_of):
    links.over_panel(links.port("a", mode="tagged"), links.port("b", mode="access"))
    assert ends_of(link_findings(LinkMode())) == [["a eth1", "b eth1"]]


def test_lags(lab, links, link_findings, ends_of):
    lags = links.bundle("a", "b", mode="tagged")
    assert link_findings(LinkMode()) == []
    lab.force(lags[1], mode="access")
    assert ends_of(link_findings(LinkMode())) == [["a ae1", "b ae1"]]


def test_stale_mode_on_a_member(lab, links, link_findings):
    lags = links.bundle("a", "b", mode="tagged")
    one, other = (lag.member_interfaces.get(name="eth1") for lag in lags)
    lab.force(one, mode="access")
    lab.force(other, mode="tagged")
    assert link_findings(LinkMode()) == []
