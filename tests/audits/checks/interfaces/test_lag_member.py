"""DCIM-IFACE-002: which members of LAGs have settings that their LAG has not."""

import pytest

from jobs.audits.checks.interfaces import LagMemberDiffers


@pytest.fixture
def member(links):
    lag = links.lag("a", mode="tagged", untagged_vlan=links.vlan(10), mtu=9100)
    links.vlan(20, None, lag)
    return links.port("a", lag=lag)


def test_member_without_settings(ask, member):
    assert ask(LagMemberDiffers()) == []


def test_same_settings(ask, lab, links, member):
    lab.force(member, mode="tagged", mtu=9100, untagged_vlan=links.vlan(10, "the same ID"))
    links.vlan(20, "the same ID too", member)
    assert ask(LagMemberDiffers()) == []


def test_mode(ask, lab, member):
    lab.force(member, mode="access")
    (finding,) = ask(LagMemberDiffers())
    assert finding.display == "a eth1"
    assert finding.details == {"LAG": "ae1", "mode": "access", "mode of the LAG": "tagged"}


def test_mtu(ask, lab, member):
    lab.force(member, mtu=1500)
    (finding,) = ask(LagMemberDiffers())
    assert finding.details == {"LAG": "ae1", "MTU": "1500", "MTU of the LAG": "9100"}


def test_untagged_vlan(ask, lab, links, member):
    lab.force(member, untagged_vlan=links.vlan(30))
    (finding,) = ask(LagMemberDiffers())
    assert finding.details == {"LAG": "ae1", "untagged VLAN": "30", "untagged VLAN of the LAG": "10"}


def test_untagged_vlan_where_the_lag_has_none(ask, lab, links, member):
    lab.force(member.lag, untagged_vlan=None)
    lab.force(member, untagged_vlan=links.vlan(30))
    assert len(ask(LagMemberDiffers())) == 1


def test_tagged_vlan(found, links, member):
    links.vlan(30, None, member)
    assert found(LagMemberDiffers()) == ["a eth1"]


def test_no_member(ask, links):
    links.port("a", mode="access", untagged_vlan=links.vlan(10))
    assert ask(LagMemberDiffers()) == []
