"""IPAM-ADDRESS-015: which link-local addresses are in a routed prefix."""

import pytest

from jobs.audits.checks.addresses import LinkLocalAddress


@pytest.mark.parametrize("text", ["fe80::1/64", "febf::1/64"])
def test_in_the_prefix_of_all(lab, ask, text):
    lab.prefix("::/0")
    lab.host(text)
    (finding,) = ask(LinkLocalAddress())
    assert finding.display == text
    assert finding.details == {"prefix": "::/0"}


def test_in_a_prefix_of_its_own(lab, found):
    lab.prefix("::/0")
    lab.prefix("fe80::/10", "container")
    lab.prefix("fe80::/64")
    lab.host("fe80::1/64")
    lab.host("fe80:1::1/64")
    assert found(LinkLocalAddress()) == []


def test_other_addresses(lab, found):
    lab.prefix("::/0")
    lab.host("2001:db8::1/64")
    lab.host("fec0::1/64")
    lab.host("fe7f::1/64")
    assert found(LinkLocalAddress()) == []
