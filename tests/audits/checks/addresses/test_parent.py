"""IPAM-ADDRESS-004: which addresses have the wrong parent."""

import pytest

from jobs.audits.checks.addresses import AddressParent


@pytest.fixture
def site(lab):
    return lab.prefix("10.0.0.0/16")


def test_a_child_of_the_parent_is_nearer(lab, ask, site):
    lab.prefix("10.0.1.0/24")
    address = lab.host("10.0.1.1/24")
    lab.force(address, parent=site)
    (finding,) = ask(AddressParent())
    assert finding.pk == str(address.pk)
    assert "child" in finding.message
    assert finding.details == {"prefix": "10.0.0.0/16"}


def test_outside_the_parent(lab, ask, site):
    near = lab.prefix("10.0.1.0/24")
    lab.force(lab.host("10.0.2.1/24"), parent=near)
    (finding,) = ask(AddressParent())
    assert "does not contain" in finding.message


def test_of_the_other_family(lab, found, site):
    lab.prefix("2001:db8::/64")
    lab.force(lab.host("2001:db8::1/64"), parent=site)
    assert found(AddressParent()) == ["2001:db8::1/64"]


def test_right(lab, found, site):
    near = lab.prefix("10.0.1.0/24")
    lab.host("10.0.2.1/16")
    assert lab.host("10.0.1.0/24").parent == near
    lab.host("10.0.1.255/24")
    assert found(AddressParent()) == []


def test_other_namespace(lab, found, site):
    lab.prefix("10.0.0.0/8", "container", namespace="Guest")
    lab.host("10.0.1.1/8", namespace="Guest")
    lab.prefix("10.0.1.0/24")
    assert found(AddressParent()) == []


def test_deeper_prefixes_are_found_through_their_parents(lab, found, site):
    lab.prefix("10.0.1.0/24")
    lab.prefix("10.0.1.0/26")
    lab.force(lab.host("10.0.1.1/26"), parent=site)
    assert found(AddressParent()) == ["10.0.1.1/26"]
