"""DCIM-IFACE-003: which MAC addresses are on several devices."""

import pytest

from jobs.audits.checks.interfaces import MacAddressDuplicate

MAC = "00:1B:21:AA:BB:CC"


def test_two_devices(ask, links):
    links.port("a", mac_address=MAC)
    links.port("b", mac_address=MAC)
    one, other = ask(MacAddressDuplicate())
    assert (one.display, other.display) == ("a eth1", "b eth1")
    assert one.details == {"MAC address": MAC, "also on": "b eth1"}


def test_other_case(found, lab, links):
    links.port("a", mac_address=MAC)
    lab.force(links.port("b"), mac_address=MAC.lower())
    assert found(MacAddressDuplicate()) == ["a eth1", "b eth1"]


def test_one_device(ask, links):
    links.port("a", mac_address=MAC)
    links.port("a", "eth2", mac_address=MAC)
    assert ask(MacAddressDuplicate()) == []


@pytest.mark.parametrize("kind", ["virtual", "lag", "bridge"])
def test_virtual_interfaces(ask, links, kind):
    for device in "ab":
        links.port(device, type=kind, mac_address=MAC)
    assert ask(MacAddressDuplicate()) == []


def test_stack(ask, lab, links):
    for device in "ab":
        links.port(device, mac_address=MAC)
    lab.stack(links.devices["a"], links.devices["b"])
    assert ask(MacAddressDuplicate()) == []


def test_no_address_at_all(ask, links):
    for device in "ab":
        links.port(device)
        links.port(device, "eth2", mac_address="00:00:00:00:00:00")
    assert ask(MacAddressDuplicate()) == []


def test_names_of_what_the_user_may_not_view_are_left_out(ask, links, make_user):
    for device in "ab":
        links.port(device, mac_address=MAC)
    user = make_user("limited", {"dcim.view_interface": None, "dcim.view_device": {"name": "a"}})
    one, other = ask(MacAddressDuplicate(), user)
    assert "also on" not in one.details
    assert other.details["also on"] == "a eth1"
