"""IPAM-VLANGROUP-001: which VLAN groups have no VLAN."""

from jobs.audits.checks.hygiene import UnusedVLANGroup


def test_no_vlan(found, make):
    make("ipam.vlangroup", name="empty")
    assert found(UnusedVLANGroup()) == ["empty"]


def test_a_vlan(found, lab, make):
    group = make("ipam.vlangroup", name="group")
    make("ipam.vlan", name="data", vid=100, vlan_group=group, status=lab.active)
    assert found(UnusedVLANGroup()) == []
