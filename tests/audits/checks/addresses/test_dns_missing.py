"""IPAM-ADDRESS-009: which addresses have no DNS name."""

import pytest

from jobs.audits.checks.addresses import DnsNameMissing


@pytest.fixture
def switch(lab):
    lab.prefix("10.0.1.0/24")
    switch = lab.device("switch", lab.device_type("Switch", management=2))
    first, second = switch.interfaces.order_by("name")
    switch.primary_ip4 = lab.host("10.0.1.1/24", first)
    switch.validated_save()
    lab.host("10.0.1.2/24", second)
    lab.host("10.0.1.3/24")
    return switch


def test_primary(ask, switch):
    (finding,) = ask(DnsNameMissing(needed_by="primary"))
    assert finding.display == "10.0.1.1/24"
    assert finding.details == {"interfaces": "switch mgmt 1"}


def test_primary_of_a_virtual_machine(lab, found, switch):
    machine = lab.machine("vm", "eth0")
    machine.primary_ip4 = lab.host("10.0.1.9/24", machine.interfaces.get())
    machine.validated_save()
    assert found(DnsNameMissing(needed_by="primary")) == ["10.0.1.1/24", "10.0.1.9/24"]


def test_assigned(found, switch):
    assert found(DnsNameMissing(needed_by="assigned")) == ["10.0.1.1/24", "10.0.1.2/24"]


def test_with_name(lab, found, switch):
    lab.force(switch.primary_ip4, dns_name="switch.example.net")
    assert found(DnsNameMissing(needed_by="primary")) == []


def test_other_statuses(lab, found, switch):
    lab.force(switch.primary_ip4, status=lab.status("Reserved"))
    assert found(DnsNameMissing(needed_by="primary")) == []


def test_idle_without_policy():
    assert DnsNameMissing().idle()
    assert not DnsNameMissing(needed_by="primary").idle()
