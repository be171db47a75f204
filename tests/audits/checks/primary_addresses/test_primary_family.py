"""DCIM-PRIMARY-004: which devices have a primary address of the wrong family."""

import pytest

from jobs.audits.checks.primary_addresses import PrimaryAddressFamily


@pytest.fixture
def switch(lab):
    return lab.device("switch", lab.device_type("Switch", management=1))


def test_ipv6_as_ipv4(lab, ask, switch):
    lab.address("192.0.2.1/24", switch.interfaces.get())
    lab.force(switch, primary_ip4=lab.address("2001:db8::1/64", switch.interfaces.get()))
    (finding,) = ask(PrimaryAddressFamily())
    assert finding.key == "primary_ip4"
    assert "IPv6" in finding.message
    assert finding.details == {"address": "2001:db8::1/64", "candidates": "192.0.2.1/24 on mgmt 1"}


def test_ipv4_as_ipv6(lab, ask, switch):
    address = lab.address("192.0.2.1/24", switch.interfaces.get())
    lab.force(switch, primary_ip4=address, primary_ip6=address)
    (finding,) = ask(PrimaryAddressFamily())
    assert finding.key == "primary_ip6"


def test_each_in_its_place(lab, found, switch):
    switch.primary_ip4 = lab.address("192.0.2.1/24", switch.interfaces.get())
    switch.primary_ip6 = lab.address("2001:db8::1/64", switch.interfaces.get())
    switch.validated_save()
    assert found(PrimaryAddressFamily()) == []


def test_none(found, switch):
    assert found(PrimaryAddressFamily()) == []
