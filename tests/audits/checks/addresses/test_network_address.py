"""IPAM-ADDRESS-008: which addresses are their prefix's first or last."""

import pytest

from jobs.audits.checks.addresses import NetworkAddress


@pytest.mark.parametrize(("text", "word"), [("10.0.1.0/24", "network"), ("10.0.1.255/24", "broadcast")])
def test_first_and_last(lab, ask, text, word):
    lab.prefix("10.0.1.0/24")
    lab.host(text)
    (finding,) = ask(NetworkAddress())
    assert finding.display == text
    assert word in finding.message
    assert finding.details == {"prefix": "10.0.1.0/24"}


def test_in_between(lab, found):
    lab.prefix("10.0.1.0/24")
    lab.host("10.0.1.1/24")
    lab.host("10.0.1.254/24")
    assert found(NetworkAddress()) == []


def test_links(lab, found):
    lab.prefix("10.0.1.0/31")
    lab.host("10.0.1.0/31")
    lab.host("10.0.1.1/31")
    assert found(NetworkAddress()) == []


def test_pools(lab, found):
    lab.prefix("10.0.1.0/24", "pool")
    lab.host("10.0.1.0/24")
    assert found(NetworkAddress()) == []


def test_other_masks(lab, found):
    lab.prefix("10.0.1.0/24")
    lab.host("10.0.1.0/32")
    lab.host("10.0.1.255/23")
    assert found(NetworkAddress()) == []


def test_ipv6(lab, found):
    lab.prefix("2001:db8::/64")
    lab.host("2001:db8::/64")
    assert found(NetworkAddress()) == []
