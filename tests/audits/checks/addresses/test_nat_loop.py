"""IPAM-ADDRESS-011: which addresses are translated to themselves."""

from itertools import pairwise

import pytest

from jobs.audits.checks.addresses import NatLoop


@pytest.fixture
def hosts(lab):
    lab.prefix("10.0.1.0/24")
    return [lab.host(f"10.0.1.{number}/24") for number in range(1, 6)]


def chain(lab, hosts):
    for outer, inner in pairwise(hosts):
        lab.force(outer, nat_inside=inner)


def test_itself(lab, ask, hosts):
    lab.force(hosts[0], nat_inside=hosts[0])
    (finding,) = ask(NatLoop())
    assert finding.display == "10.0.1.1/24"
    assert "own" in finding.message


@pytest.mark.parametrize("length", [2, 3, 4])
def test_circle(lab, found, hosts, length):
    chain(lab, [*hosts[:length], hosts[0]])
    assert found(NatLoop()) == [f"10.0.1.{number}/24" for number in range(1, length + 1)]


def test_an_address_before_the_circle_is_not_in_it(lab, found, hosts):
    chain(lab, [hosts[0], hosts[1], hosts[2], hosts[1]])
    assert found(NatLoop()) == ["10.0.1.2/24", "10.0.1.3/24"]


def test_chain(lab, found, hosts):
    chain(lab, hosts)
    assert found(NatLoop()) == []


def test_without_nat(found, hosts):
    assert found(NatLoop()) == []
