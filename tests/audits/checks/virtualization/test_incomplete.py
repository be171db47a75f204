"""VIRTUALIZATION-VM-005: which virtual machines lack what the policy requires."""

import pytest

from jobs.audits.checks.virtualization import MachineIncomplete


def test_missing(lab, ask):
    machine = lab.machine("vm", tenant=lab.tenant("Retail"))
    (finding,) = ask(MachineIncomplete(required=("platform", "tenant", "role")))
    assert finding.pk == str(machine.pk)
    assert finding.message == "The virtual machine has no role, no platform."


def test_complete(lab, found):
    lab.machine("vm", tenant=lab.tenant("Retail"))
    assert found(MachineIncomplete(required=("tenant",))) == []


def test_idle_without_policy():
    assert MachineIncomplete().idle()
    assert not MachineIncomplete(required=("role",)).idle()


def test_unknown_field(ask):
    with pytest.raises(ValueError, match="colour"):
        ask(MachineIncomplete(required=("colour",)))
