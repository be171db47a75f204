"""IPAM-ADDRESS-001: which addresses have another mask than their prefix."""

import pytest

from jobs.audits.checks.addresses import AddressMask


@pytest.fixture
def switch(lab):
    lab.prefix("10.0.0.0/16", "container")
    lab.prefix("10.0.1.0/24")
    return lab.device("switch", lab.device_type("Switch", management=1))


def test_another_mask(lab, ask, switch):
    address = lab.host("10.0.1.1/32", switch.interfaces.get())
    (finding,) = ask(AddressMask())
    assert (finding.pk, finding.display, finding.key) == (str(address.pk), "10.0.1.1/32", "")
    assert finding.location == "EMEA / AMS01"
    assert finding.details == {"prefix": "10.0.1.0/24", "interfaces": "switch mgmt 1"}


def test_wider_mask(lab, found, switch):
    lab.host("10.0.1.1/16")
    assert found(AddressMask()) == ["10.0.1.1/16"]


def test_same_mask(lab, found, switch):
    lab.host("10.0.1.1/24", switch.interfaces.get())
    assert found(AddressMask()) == []


def test_pools_and_containers_say_nothing(lab, found, switch):
    lab.prefix("10.0.0.0/24", "pool")
    lab.host("10.0.0.1/32")
    lab.host("10.0.9.1/24")
    assert found(AddressMask()) == []


def test_host_mask_by_role(lab, found, switch):
    lab.host("10.0.1.1/32", role="Loopback")
    lab.host("10.0.1.2/32", role="VRRP")
    assert found(AddressMask()) == []
    assert found(AddressMask(roles=("VRRP",))) == ["10.0.1.1/32"]


def test_a_role_excuses_host_masks_only(lab, found, switch):
    lab.host("10.0.1.1/25", role="Loopback")
    assert found(AddressMask()) == ["10.0.1.1/25"]


def test_loopback_interface(lab, found, switch):
    lab.host("10.0.1.1/32", lab.interface(switch, "Loopback0"))
    lab.host("10.0.1.2/32", lab.interface(switch, "Vlan1"))
    assert found(AddressMask()) == ["10.0.1.2/32"]


def test_outside_address_of_nat(lab, found, switch):
    lab.host("10.0.1.2/32", nat_inside=lab.host("10.0.1.1/24"))
    assert found(AddressMask()) == []


def test_ipv6_by_dhcp(lab, found, switch):
    lab.prefix("2001:db8::/64")
    lab.host("2001:db8::1/128", type="dhcp")
    lab.host("2001:db8::2/128")
    assert found(AddressMask()) == ["2001:db8::2/128"]


def test_shared_by_a_redundancy_group(lab, found, switch):
    from nautobot.dcim.models import InterfaceRedundancyGroup

    address = lab.host("10.0.1.1/32")
    InterfaceRedundancyGroup(name="gateway", status=lab.active, virtual_ip=address).validated_save()
    assert found(AddressMask()) == []


def test_mask_of_the_network_around_the_network(lab, found, switch):
    lab.prefix("10.0.1.128/25")
    lab.host("10.0.1.129/24")
    assert found(AddressMask()) == []


def test_what_the_user_may_not_view_is_not_named(lab, ask, make_user, switch):
    lab.host("10.0.1.1/32", switch.interfaces.get())
    (finding,) = ask(AddressMask(), make_user("limited", {"ipam.view_ipaddress": None}))
    assert finding.details == {}
