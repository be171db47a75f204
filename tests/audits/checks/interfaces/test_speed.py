"""DCIM-LINK-005: which links have two speeds or duplex settings."""

import pytest

from jobs.audits.checks.interfaces import LinkSpeed


@pytest.mark.parametrize(
    ("one", "other", "wrong"),
    [
        ({"speed": 1000000}, {"speed": 100000}, True),
        ({"duplex": "full"}, {"duplex": "auto"}, True),
        ({"speed": 1000000, "duplex": "full"}, {"speed": 1000000, "duplex": "half"}, True),
        ({"speed": 1000000, "duplex": "full"}, {"speed": 1000000, "duplex": "full"}, False),
        ({"speed": 1000000}, {}, False),
        ({"duplex": "full"}, {}, False),
        ({}, {"duplex": "full"}, False),
        ({"speed": 1000000}, {"duplex": "full"}, False),
    ],
)
def test_settings(ask, links, ends_of, one, other, wrong):
    links.join(links.port("a", **one), links.port("b", **other))
    assert ends_of(ask(LinkSpeed())) == ([["a eth1", "b eth1"]] if wrong else [])


def test_details(ask, links):
    links.join(links.port("a", speed=1000000), links.port("b", speed=100000))
    (finding,) = ask(LinkSpeed())
    details = finding.details
    assert {details["speed in kbit/s"], details["far speed in kbit/s"]} == {"1000000", "100000"}
    assert "duplex" not in details


def test_members_of_lags(ask, links, lab, ends_of):
    lags = links.bundle("a", "b")
    for lag, speed in zip(lags, (1000000, 100000), strict=True):
        lab.force(lag.member_interfaces.get(name="eth2"), speed=speed)
    assert ends_of(ask(LinkSpeed())) == [["a eth2", "b eth2"]]


def test_over_a_circuit(ask, links):
    links.over_circuit(links.port("a", speed=1000000), links.port("b", speed=100000))
    assert ask(LinkSpeed()) == []
