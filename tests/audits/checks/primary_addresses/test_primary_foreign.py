"""DCIM-PRIMARY-002: which devices have the address of another as primary."""

import pytest

from jobs.audits.checks.primary_addresses import PrimaryAddressForeign


@pytest.fixture
def switch(lab):
    return lab.device("switch", lab.device_type("Switch", management=1))


@pytest.fixture
def other(lab, switch):
    return lab.device("other", switch.device_type)


def test_of_another_device(lab, ask, switch, other):
    lab.address("192.0.2.1/24", switch.interfaces.get())
    address = lab.address("192.0.2.2/24", other.interfaces.get())
    lab.force(switch, primary_ip4=address)
    (finding,) = ask(PrimaryAddressForeign())
    assert finding.pk == str(switch.pk)
    assert "IPv4" in finding.message
    assert finding.details == {
        "address": "192.0.2.2/24",
        "assigned to": "other",
        "candidates": "192.0.2.1/24 on mgmt 1",
    }


def test_of_a_virtual_machine(lab, ask, switch):
    from nautobot.virtualization.models import Cluster, ClusterType, VirtualMachine, VMInterface

    cluster_type = ClusterType(name="Hypervisor")
    cluster_type.validated_save()
    cluster = Cluster(name="cluster", cluster_type=cluster_type)
    cluster.validated_save()
    machine = VirtualMachine(name="machine", cluster=cluster, status=lab.active)
    machine.validated_save()
    interface = VMInterface(name="eth0", virtual_machine=machine, status=lab.active)
    interface.validated_save()
    lab.force(switch, primary_ip4=lab.address("192.0.2.2/24", interface))
    (finding,) = ask(PrimaryAddressForeign())
    assert finding.details["assigned to"] == "machine"


def test_own(lab, found, switch):
    switch.primary_ip4 = lab.address("192.0.2.1/24", switch.interfaces.get())
    switch.validated_save()
    assert found(PrimaryAddressForeign()) == []


def test_own_and_of_another(lab, found, switch, other):
    address = lab.address("192.0.2.1/24", switch.interfaces.get())
    lab.assign(address, other.interfaces.get())
    lab.force(switch, primary_ip4=address)
    assert found(PrimaryAddressForeign()) == []


def test_on_own_module(lab, found):
    chassis = lab.device("chassis", lab.device_type("Chassis", bays=1))
    module = lab.module(chassis, lab.module_type("Supervisor", management=1))
    chassis.primary_ip4 = lab.address("192.0.2.1/24", module.interfaces.get())
    chassis.validated_save()
    assert found(PrimaryAddressForeign()) == []


def test_of_a_member_of_the_same_stack(lab, found, switch, other):
    lab.stack(switch, other)
    lab.force(switch, primary_ip4=lab.address("192.0.2.1/24", other.interfaces.get()))
    assert found(PrimaryAddressForeign()) == []


def test_of_a_member_of_another_stack(lab, found, switch, other):
    lab.stack(switch)
    lab.stack(other)
    lab.force(switch, primary_ip4=lab.address("192.0.2.1/24", other.interfaces.get()))
    assert found(PrimaryAddressForeign()) == ["switch"]


def test_outside_address_of_nat(lab, found, switch, other):
    inside = lab.address("192.0.2.1/24", switch.interfaces.get())
    outside = lab.address("192.0.2.2/24", nat_inside=inside)
    switch.primary_ip4 = outside
    switch.validated_save()
    assert found(PrimaryAddressForeign()) == []
    lab.force(other, primary_ip4=outside)
    assert found(PrimaryAddressForeign()) == ["other"]


def test_assigned_to_nothing_is_another_check(lab, found, switch):
    lab.force(switch, primary_ip4=lab.address("192.0.2.1/24"))
    assert found(PrimaryAddressForeign()) == []


def test_one_finding_for_each_family(lab, ask, switch, other):
    lab.force(
        switch,
        primary_ip4=lab.address("192.0.2.2/24", other.interfaces.get()),
        primary_ip6=lab.address("2001:db8::2/64", other.interfaces.get()),
    )
    findings = ask(PrimaryAddressForeign())
    assert [finding.key for finding in findings] == ["primary_ip4", "primary_ip6"]
    assert len({finding.fingerprint for finding in findings}) == 2


def test_others_that_the_user_may_not_view_are_not_named(lab, ask, make_user, switch, other):
    lab.force(switch, primary_ip4=lab.address("192.0.2.2/24", other.interfaces.get()))
    (finding,) = ask(PrimaryAddressForeign(), make_user("limited", {"dcim.view_device": {"name": "switch"}}))
    assert finding.details == {"address": "192.0.2.2/24"}
