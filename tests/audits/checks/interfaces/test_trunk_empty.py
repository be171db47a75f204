"""DCIM-IFACE-004: which trunks have no VLANs."""

import pytest

from jobs.audits.checks.interfaces import TrunkWithoutVlans


def test_no_vlans(ask, links):
    port = links.port("a", mode="tagged", untagged_vlan=links.vlan(10))
    (finding,) = ask(TrunkWithoutVlans())
    assert (finding.pk, finding.details) == (str(port.pk), {"untagged VLAN": "10"})


def test_with_vlans(ask, links):
    links.vlan(10, None, links.port("a", mode="tagged"))
    assert ask(TrunkWithoutVlans()) == []


@pytest.mark.parametrize(
    "values", [{"mode": "tagged-all"}, {"mode": "access"}, {}, {"mode": "tagged", "enabled": False}]
)
def test_left_alone(ask, links, values):
    links.port("a", **values)
    assert ask(TrunkWithoutVlans()) == []


def test_member_of_a_lag(found, links):
    links.port("a", mode="tagged", lag=links.lag("a", mode="tagged"))
    assert found(TrunkWithoutVlans()) == ["a ae1"]
