"""IPAM-PREFIX-006: which networks are in a network."""

from jobs.audits.checks.prefixes import NetworkInNetwork


def test_network_in_a_network(lab, ask):
    lab.prefix("10.0.1.0/24")
    prefix = lab.prefix("10.0.1.128/25")
    (finding,) = ask(NetworkInNetwork())
    assert finding.pk == str(prefix.pk)
    assert finding.details == {"parent": "10.0.1.0/24"}


def test_network_in_a_container(lab, found):
    lab.prefix("10.0.0.0/16", "container")
    lab.prefix("10.0.1.0/24")
    assert found(NetworkInNetwork()) == []


def test_pool_in_a_network(lab, found):
    lab.prefix("10.0.1.0/24")
    lab.prefix("10.0.1.128/25", "pool")
    assert found(NetworkInNetwork()) == []


def test_host_routes(lab, found):
    lab.prefix("10.0.1.0/24")
    lab.prefix("10.0.1.1/32")
    assert found(NetworkInNetwork()) == []


def test_the_parent_is_not_named_to_those_who_may_not_view_it(lab, ask, make_user):
    lab.prefix("10.0.1.0/24")
    prefix = lab.prefix("10.0.1.128/25")
    user = make_user("limited", {"ipam.view_prefix": {"pk": str(prefix.pk)}})
    (finding,) = ask(NetworkInNetwork(), user)
    assert finding.details == {}
