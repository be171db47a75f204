"""IPAM-ADDRESS-002: which addresses are in no network."""

from jobs.audits.checks.addresses import AddressInContainer


def test_in_a_container(lab, ask):
    lab.prefix("10.0.0.0/16", "container")
    address = lab.host("10.0.1.1/24")
    (finding,) = ask(AddressInContainer())
    assert finding.pk == str(address.pk)
    assert finding.details == {"prefix": "10.0.0.0/16"}


def test_without_parent(lab, ask):
    lab.prefix("10.0.0.0/16")
    lab.force(lab.host("10.0.1.1/24"), parent=None)
    (finding,) = ask(AddressInContainer())
    assert "no parent" in finding.message
    assert finding.details == {}


def test_in_a_network(lab, found):
    lab.prefix("10.0.0.0/16", "container")
    lab.prefix("10.0.1.0/24")
    lab.host("10.0.1.1/24")
    assert found(AddressInContainer()) == []


def test_in_a_pool(lab, found):
    lab.prefix("10.0.0.0/24", "pool")
    lab.host("10.0.0.1/32")
    assert found(AddressInContainer()) == []


def test_the_prefix_is_not_named_to_those_who_may_not_view_it(lab, ask, make_user):
    lab.prefix("10.0.0.0/16", "container")
    lab.host("10.0.1.1/24")
    (finding,) = ask(AddressInContainer(), make_user("limited", {"ipam.view_ipaddress": None}))
    assert finding.details == {}
