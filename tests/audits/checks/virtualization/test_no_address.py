"""VIRTUALIZATION-VM-002: which virtual machines have no address."""

from jobs.audits.checks.virtualization import MachineWithoutAddress


def test_none(lab, ask):
    machine = lab.machine("vm", "eth0")
    (finding,) = ask(MachineWithoutAddress())
    assert finding.pk == str(machine.pk)
    assert finding.details == {"cluster": "cluster"}


def test_on_one_of_two_interfaces(lab, found):
    lab.address("192.0.2.1/24", lab.machine("vm", "eth0", "eth1").interfaces.get(name="eth1"))
    assert found(MachineWithoutAddress()) == []


def test_without_interface_is_another_check(lab, found):
    lab.machine("vm")
    assert found(MachineWithoutAddress()) == []


def test_disabled_interfaces(lab, found):
    machine = lab.machine("vm", "eth0")
    lab.force(machine.interfaces.get(), enabled=False)
    assert found(MachineWithoutAddress()) == []


def test_primary_address_on_no_interface_is_another_check(lab, found):
    lab.force(lab.machine("vm", "eth0"), primary_ip4=lab.address("192.0.2.1/24"))
    assert found(MachineWithoutAddress()) == []
