"""DCIM-IFACE-005: which interfaces have VLANs against their mode."""

import pytest

from jobs.audits.checks.interfaces import VlansAgainstMode


@pytest.mark.parametrize("mode", ["access", "tagged-all", ""])
def test_tagged_vlans(ask, lab, links, mode):
    port = links.port("a", mode="tagged")
    for vid in (20, 10):
        links.vlan(vid, None, port)
    lab.force(port, mode=mode)
    (finding,) = ask(VlansAgainstMode())
    assert finding.display == "a eth1"
    assert finding.details == {"mode": mode or "none", "tagged VLANs": "10, 20"}


def test_untagged_vlan_without_mode(ask, lab, links):
    lab.force(links.port("a"), untagged_vlan=links.vlan(10))
    (finding,) = ask(VlansAgainstMode())
    assert finding.details == {"mode": "none", "untagged VLAN": "10"}


@pytest.mark.parametrize("mode", ["access", "tagged", "tagged-all"])
def test_untagged_vlan(ask, links, mode):
    links.port("a", mode=mode, untagged_vlan=links.vlan(10))
    assert ask(VlansAgainstMode()) == []


def test_trunk(ask, links):
    links.vlan(10, None, links.port("a", mode="tagged"))
    links.port("b")
    assert ask(VlansAgainstMode()) == []
