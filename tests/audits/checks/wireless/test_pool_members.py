"""LOADBALANCERS-POOL-001: which pools in use have no active member."""

import pytest

from jobs.audits.checks.wireless import PoolWithoutMembers


@pytest.fixture
def member(lab, make, pool):
    address = lab.address("192.0.2.11/24")
    return make(
        "load_balancers.loadbalancerpoolmember",
        ip_address=address,
        load_balancer_pool=pool,
        port=443,
        status=lab.active,
    )


def test_no_member(ask, make_server, pool):
    make_server(load_balancer_pool=pool)
    (finding,) = ask(PoolWithoutMembers())
    assert (finding.display, finding.details) == ("web", {"members": "0"})


def test_members_that_are_active_or_not(lab, ask, make_server, pool, member):
    make_server(load_balancer_pool=pool)
    assert ask(PoolWithoutMembers()) == []
    lab.force(member, status=lab.status("Maintenance"))
    assert ask(PoolWithoutMembers())[0].details == {"members": "1"}


def test_not_in_use(found, make_server, pool):
    assert found(PoolWithoutMembers()) == []
    make_server(load_balancer_pool=pool, enabled=False)
    assert found(PoolWithoutMembers()) == []
