"""VIRTUALIZATION-VM-001: which virtual machines have no interface."""

from jobs.audits.checks.virtualization import MachineWithoutInterface


def test_none(lab, ask):
    machine = lab.machine("vm")
    (finding,) = ask(MachineWithoutInterface())
    assert (finding.pk, finding.display) == (str(machine.pk), "vm")
    assert finding.details == {"cluster": "cluster"}


def test_one(lab, found):
    lab.machine("vm", "eth0")
    assert found(MachineWithoutInterface()) == []


def test_the_cluster_is_not_named_to_those_who_may_not_view_it(lab, ask, make_user):
    lab.machine("vm")
    (finding,) = ask(MachineWithoutInterface(), make_user("limited", {"virtualization.view_virtualmachine": None}))
    assert finding.details == {}


def test_only_what_is_given(lab, found):
    from nautobot.virtualization.models import VirtualMachine

    lab.machine("vm")
    assert found(MachineWithoutInterface(), objects=VirtualMachine.objects.filter(name="other")) == []
