"""IPAM-PREFIX-008: which networks have no gateway."""

import pytest

from jobs.audits.checks.prefixes import PrefixGateway


@pytest.fixture
def network(lab):
    network = lab.prefix("10.0.1.0/24", vlan=lab.vlan(101))
    lab.host("10.0.1.10/24")
    return network


def test_none(ask, network):
    (finding,) = ask(PrefixGateway(place="either"))
    assert (finding.pk, finding.key) == (str(network.pk), "")


@pytest.mark.parametrize(("text", "place", "other"), [("10.0.1.1", "first", "last"), ("10.0.1.254", "last", "first")])
def test_place(lab, found, network, text, place, other):
    lab.host(f"{text}/24")
    assert found(PrefixGateway(place=place)) == []
    assert found(PrefixGateway(place="either")) == []
    assert found(PrefixGateway(place=other)) == ["10.0.1.0/24"]


def test_role(lab, found, network):
    lab.host("10.0.1.50/24", role="HSRP")
    assert found(PrefixGateway(place="first")) == []
    assert found(PrefixGateway(place="first", roles=())) == ["10.0.1.0/24"]


def test_large_addresses(lab, found):
    lab.prefix("223.255.255.0/24", vlan=lab.vlan(102))
    lab.host("223.255.255.1/24")
    assert found(PrefixGateway(place="first")) == []
    assert found(PrefixGateway(place="last")) == ["223.255.255.0/24"]


def test_without_vlan_or_hosts(lab, found):
    lab.prefix("10.0.2.0/24", vlan=lab.vlan(102))
    lab.prefix("10.0.3.0/24")
    lab.host("10.0.3.10/24")
    assert found(PrefixGateway(place="first")) == []


def test_links_pools_ipv6_and_reserved(lab, found):
    vlan = lab.vlan(102)
    for prefix, kind, status, host in (
        ("10.0.2.0/30", "network", "Active", "10.0.2.2/30"),
        ("10.0.3.0/24", "pool", "Active", "10.0.3.9/24"),
        ("10.0.4.0/24", "network", "Reserved", "10.0.4.9/24"),
        ("2001:db8::/64", "network", "Active", "2001:db8::9/64"),
    ):
        lab.prefix(prefix, kind, status=status, vlan=vlan)
        lab.host(host)
    assert found(PrefixGateway(place="first")) == []


def test_policy(ask):
    assert PrefixGateway().idle()
    assert not PrefixGateway(place="first").idle()
    with pytest.raises(ValueError, match="middle"):
        ask(PrefixGateway(place="middle"))
