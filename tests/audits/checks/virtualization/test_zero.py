"""VIRTUALIZATION-VM-007: which virtual machines have zero resources."""

import pytest

from jobs.audits.checks.virtualization import MachineZero


@pytest.mark.parametrize(("field", "word"), [("vcpus", "CPUs"), ("memory", "memory"), ("disk", "disk")])
def test_zero(lab, ask, field, word):
    machine = lab.machine("vm", **{"vcpus": 1, "memory": 1, "disk": 1, field: 0})
    (finding,) = ask(MachineZero())
    assert finding.pk == str(machine.pk)
    assert word in finding.message


def test_unknown(lab, found):
    lab.machine("vm")
    assert found(MachineZero()) == []


def test_known(lab, found):
    lab.machine("vm", vcpus=1, memory=1, disk=1)
    assert found(MachineZero()) == []
