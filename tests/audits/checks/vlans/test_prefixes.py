"""IPAM-VLAN-004: which VLANs have several prefixes."""

from jobs.audits.checks.vlans import VlanWithSeveralPrefixes


def test_two_networks(ask, vlans):
    vlan = vlans.vlan(10)
    for network in ("192.0.2.0/24", "198.51.100.0/24"):
        vlans.prefix(network, vlan)
    (finding,) = ask(VlanWithSeveralPrefixes())
    assert finding.pk == str(vlan.pk)
    assert finding.details == {"prefixes": "192.0.2.0/24 in Global, 198.51.100.0/24 in Global"}
    assert ask(VlanWithSeveralPrefixes(most=2)) == []


def test_one_of_each_family(ask, vlans):
    vlan = vlans.vlan(10)
    for network in ("192.0.2.0/24", "2001:db8::/64"):
        vlans.prefix(network, vlan)
    assert ask(VlanWithSeveralPrefixes()) == []


def test_two_namespaces(ask, vlans):
    from nautobot.ipam.models import Namespace

    guests = Namespace(name="Guest")
    guests.validated_save()
    vlan = vlans.vlan(10)
    vlans.prefix("192.0.2.0/24", vlan)
    vlans.prefix("198.51.100.0/24", vlan, namespace=guests)
    assert ask(VlanWithSeveralPrefixes()) == []


def test_two_vlans(ask, vlans):
    vlans.prefix("192.0.2.0/24", vlans.vlan(10))
    vlans.prefix("198.51.100.0/24", vlans.vlan(20))
    assert ask(VlanWithSeveralPrefixes()) == []


def test_parts_of_the_network(ask, vlans):
    vlan = vlans.vlan(10)
    vlans.prefix("192.0.2.0/24", vlan)
    vlans.prefix("192.0.2.128/25", vlan)
    vlans.prefix("198.51.100.0/24", vlan, type="pool")
    vlans.prefix("203.0.113.0/24", vlan, type="container")
    assert ask(VlanWithSeveralPrefixes()) == []


def test_deprecated(ask, lab, vlans):
    vlan = vlans.vlan(10)
    vlans.prefix("192.0.2.0/24", vlan)
    vlans.prefix("198.51.100.0/24", vlan, status=lab.status("Deprecated"))
    assert ask(VlanWithSeveralPrefixes()) == []


def test_prefixes_that_the_user_may_not_view(ask, vlans, make_user):
    vlan = vlans.vlan(10)
    for network in ("192.0.2.0/24", "198.51.100.0/24"):
        vlans.prefix(network, vlan)
    (finding,) = ask(VlanWithSeveralPrefixes(), make_user("limited", {"ipam.view_vlan": None}))
    assert finding.details == {}
