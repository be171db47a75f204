"""IPAM-ADDRESS-007: which addresses are on several interfaces."""

import pytest

from jobs.audits.checks.addresses import AddressOnSeveralInterfaces


@pytest.fixture
def ports(lab):
    lab.prefix("10.0.1.0/24")
    kind = lab.device_type("Switch", management=1)
    return [lab.device(name, kind).interfaces.get() for name in ("a", "b")]


def shared(lab, ports, **values):
    address = lab.host("10.0.1.1/24", **values)
    for port in ports:
        lab.assign(address, port)
    return address


def test_two_devices(lab, ask, ports):
    address = shared(lab, ports)
    (finding,) = ask(AddressOnSeveralInterfaces())
    assert (finding.pk, finding.key) == (str(address.pk), "")
    assert finding.details == {"interfaces": "a mgmt 1, b mgmt 1"}


def test_device_and_virtual_machine(lab, ask, ports):
    shared(lab, [ports[0], lab.machine("vm", "eth0").interfaces.get()])
    (finding,) = ask(AddressOnSeveralInterfaces())
    assert finding.details == {"interfaces": "a mgmt 1, vm eth0"}


def test_one_interface(lab, found, ports):
    shared(lab, ports[:1])
    assert found(AddressOnSeveralInterfaces()) == []


@pytest.mark.parametrize("role", ["VRRP", "HSRP", "Anycast", "VIP"])
def test_shared_by_role(lab, found, ports, role):
    shared(lab, ports, role=role)
    assert found(AddressOnSeveralInterfaces()) == []


def test_other_roles(lab, found, ports):
    shared(lab, ports, role="Loopback")
    assert found(AddressOnSeveralInterfaces()) == ["10.0.1.1/24"]


def test_shared_by_a_redundancy_group(lab, found, ports):
    from nautobot.dcim.models import InterfaceRedundancyGroup

    InterfaceRedundancyGroup(name="gateway", status=lab.active, virtual_ip=shared(lab, ports)).validated_save()
    assert found(AddressOnSeveralInterfaces()) == []


@pytest.mark.parametrize("status", ["Planned", "Decommissioning"])
def test_replacement(lab, found, ports, status):
    shared(lab, ports)
    lab.force(ports[1].device, status=lab.status(status))
    assert found(AddressOnSeveralInterfaces()) == []
    assert found(AddressOnSeveralInterfaces(statuses=())) == ["10.0.1.1/24"]


def test_standby(lab, found, ports):
    address = shared(lab, ports)
    address.interface_assignments.filter(interface=ports[1]).update(is_standby=True)
    assert found(AddressOnSeveralInterfaces()) == []


def test_interfaces_that_the_user_may_not_view_are_not_named(lab, ask, make_user, ports):
    shared(lab, ports)
    user = make_user(
        "limited", {"ipam.view_ipaddress": None, "dcim.view_interface": None, "dcim.view_device": {"name": "a"}}
    )
    (finding,) = ask(AddressOnSeveralInterfaces(), user)
    assert finding.details == {"interfaces": "a mgmt 1"}
