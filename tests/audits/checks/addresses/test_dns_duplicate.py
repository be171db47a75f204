"""IPAM-ADDRESS-010: which DNS names lead to several devices."""

import pytest

from jobs.audits.checks.addresses import DnsNameDuplicate


@pytest.fixture
def ports(lab):
    lab.prefix("10.0.1.0/24")
    kind = lab.device_type("Switch", management=1)
    return [lab.device(name, kind).interfaces.get() for name in ("a", "b")]


def test_two_devices(lab, ask, ports):
    lab.host("10.0.1.1/24", ports[0], dns_name="switch.example.net")
    lab.force(lab.host("10.0.1.2/24", ports[1]), dns_name="SWITCH.example.net")
    findings = ask(DnsNameDuplicate())
    assert [finding.display for finding in findings] == ["10.0.1.1/24", "10.0.1.2/24"]
    assert findings[0].details == {"DNS name": "switch.example.net", "interfaces": "a mgmt 1"}


def test_same_device(lab, found, ports):
    other = lab.interface(ports[0].device, "Vlan1")
    lab.host("10.0.1.1/24", ports[0], dns_name="switch.example.net")
    lab.host("10.0.1.2/24", other, dns_name="switch.example.net")
    assert found(DnsNameDuplicate()) == []


def test_same_stack(lab, found, ports):
    lab.stack(*(port.device for port in ports))
    lab.host("10.0.1.1/24", ports[0], dns_name="switch.example.net")
    lab.host("10.0.1.2/24", ports[1], dns_name="switch.example.net")
    assert found(DnsNameDuplicate()) == []


def test_unassigned(lab, found, ports):
    lab.host("10.0.1.1/24", ports[0], dns_name="switch.example.net")
    lab.host("10.0.1.2/24", dns_name="switch.example.net")
    assert found(DnsNameDuplicate()) == []


def test_without_name(lab, found, ports):
    for number, port in enumerate(ports, 1):
        lab.host(f"10.0.1.{number}/24", port)
    assert found(DnsNameDuplicate()) == []


def test_shared_and_deprecated(lab, found, ports):
    lab.host("10.0.1.1/24", ports[0], dns_name="a.example.net")
    lab.host("10.0.1.2/24", ports[1], dns_name="a.example.net", role="VRRP")
    lab.host("10.0.1.3/24", ports[0], dns_name="b.example.net")
    lab.host("10.0.1.4/24", ports[1], dns_name="b.example.net", status="Deprecated")
    assert found(DnsNameDuplicate()) == []
    assert found(DnsNameDuplicate(roles=())) == ["10.0.1.1/24", "10.0.1.2/24"]


def test_an_address_on_two_interfaces_is_one_finding(lab, found, ports):
    address = lab.host("10.0.1.1/24", ports[0], dns_name="switch.example.net")
    lab.assign(address, lab.interface(ports[0].device, "Vlan1"))
    lab.host("10.0.1.2/24", ports[1], dns_name="switch.example.net")
    assert found(DnsNameDuplicate()) == ["10.0.1.1/24", "10.0.1.2/24"]


def test_one_address_of_two_devices(lab, found, ports):
    address = lab.host("10.0.1.1/24", ports[0], dns_name="switch.example.net")
    lab.assign(address, ports[1])
    assert found(DnsNameDuplicate()) == []
