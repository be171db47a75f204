"""IPAM-ADDRESS-012: which addresses are translated twice."""

import pytest

from jobs.audits.checks.addresses import NatChain


@pytest.fixture
def hosts(lab):
    lab.prefix("10.0.1.0/24")
    return [lab.host(f"10.0.1.{number}/24") for number in range(1, 4)]


def test_chain(lab, ask, hosts):
    lab.force(hosts[0], nat_inside=hosts[1])
    lab.force(hosts[1], nat_inside=hosts[2])
    (finding,) = ask(NatChain())
    assert finding.display == "10.0.1.1/24"
    assert finding.details == {"inside address": "10.0.1.2"}


def test_one_step(lab, found, hosts):
    lab.force(hosts[0], nat_inside=hosts[1])
    assert found(NatChain()) == []


def test_circles_are_another_check(lab, found, hosts):
    lab.force(hosts[0], nat_inside=hosts[1])
    lab.force(hosts[1], nat_inside=hosts[0])
    lab.force(hosts[2], nat_inside=hosts[2])
    assert found(NatChain()) == []


def test_the_inside_address_is_not_named_to_those_who_may_not_view_it(lab, ask, make_user, hosts):
    lab.force(hosts[0], nat_inside=hosts[1])
    lab.force(hosts[1], nat_inside=hosts[2])
    (finding,) = ask(NatChain(), make_user("limited", {"ipam.view_ipaddress": {"pk": str(hosts[0].pk)}}))
    assert finding.details == {}
