"""IPAM-VLAN-005: which VLANs nothing refers to."""

import pytest

from jobs.audits.checks.vlans import VlanUnused


@pytest.fixture
def vlan(lab, vlans):
    return vlans.vlan(10, "data", lab.site, vlan_group=vlans.group("Hall A"))


def test_unused(ask, vlan):
    (finding,) = ask(VlanUnused())
    assert (finding.pk, finding.details) == (str(vlan.pk), {"group": "Hall A"})


def test_untagged(ask, vlans, vlan):
    vlans.port(untagged=vlan)
    assert ask(VlanUnused()) == []


def test_tagged(ask, vlans, vlan):
    vlans.port(tagged=[vlan])
    assert ask(VlanUnused()) == []


def test_prefix(ask, vlans, vlan):
    vlans.prefix("192.0.2.0/24", vlan)
    assert ask(VlanUnused()) == []


def test_virtual_machine(ask, lab, vlan):
    from nautobot.virtualization.models import Cluster, ClusterType, VirtualMachine, VMInterface

    kind = ClusterType(name="Hypervisor")
    kind.validated_save()
    cluster = Cluster(name="cluster", cluster_type=kind)
    cluster.validated_save()
    machine = VirtualMachine(name="vm", cluster=cluster, status=lab.active)
    machine.validated_save()
    VMInterface(
        name="eth0", virtual_machine=machine, status=lab.active, mode="access", untagged_vlan=vlan
    ).validated_save()
    assert ask(VlanUnused()) == []


def test_reserved(ask, lab, vlan):
    lab.force(vlan, status=lab.status("Reserved"))
    assert ask(VlanUnused()) == []
    assert len(ask(VlanUnused(statuses=("Reserved",)))) == 1
