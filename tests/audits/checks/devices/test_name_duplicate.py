"""DCIM-DEVICE-002: which devices have a name twice."""

import pytest

from jobs.audits.checks.devices import NameDuplicate


@pytest.fixture
def machine(lab):
    """A function that makes a virtual machine in a cluster at a location."""
    from nautobot.virtualization.models import Cluster, ClusterType, VirtualMachine

    def make(name, location=None, **values):
        cluster_type, _ = ClusterType.objects.get_or_create(name="Hypervisor")
        cluster = Cluster.objects.create(name=f"cluster of {name}", cluster_type=cluster_type, location=location)
        return VirtualMachine.objects.create(name=name, cluster=cluster, status=lab.active, **values)

    return make


def test_case_and_blanks(lab, ask, switch):
    one, other = switch("sw-1"), switch("sw-2")
    lab.force(other, name="SW-1 ")
    findings = ask(NameDuplicate())
    assert {finding.pk for finding in findings} == {str(one.pk), str(other.pk)}
    assert {finding.details["devices"] for finding in findings} == {"sw-1", "SW-1 "}


def test_different_names(found, switch):
    switch("sw-1")
    switch("sw-10")
    switch(None)
    switch(None)
    assert found(NameDuplicate()) == []


def test_other_locations_and_tenants_may_have_it(lab, found, switch):
    switch("sw-1")
    switch("sw-1", location=lab.location("LON01"))
    switch("sw-1", tenant=lab.tenant("Retail"))
    assert found(NameDuplicate()) == []
    assert found(NameDuplicate(everywhere=True)) == ["sw-1"] * 3


def test_same_tenant(lab, found, switch):
    other = switch("sw-2", tenant=lab.tenant("Retail"))
    switch("sw-1", tenant=lab.tenant("Retail"))
    lab.force(other, name="Sw-1")
    assert len(found(NameDuplicate())) == 2


def test_virtual_machine(lab, ask, switch, machine):
    switch("app-1")
    machine("APP-1")
    (finding,) = ask(NameDuplicate())
    assert (finding.display, finding.details) == ("app-1", {"virtual machines": "APP-1"})


def test_virtual_machine_elsewhere(lab, found, switch, machine):
    switch("app-1")
    machine("app-1", lab.location("LON01"))
    machine("app-1 ", tenant=lab.tenant("Retail"))
    assert found(NameDuplicate()) == []


def test_others_that_the_user_may_not_view(lab, ask, switch, limited):
    switch("sw-1")
    lab.force(switch("sw-2"), name="SW-1")
    (finding,) = ask(NameDuplicate(), limited("sw-1"), objects=_only("sw-1"))
    assert finding.details == {}


def _only(name):
    from nautobot.dcim.models import Device

    return Device.objects.filter(name=name)
