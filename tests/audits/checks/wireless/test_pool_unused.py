"""LOADBALANCERS-POOL-002: which pools nothing uses."""

from jobs.audits.checks.wireless import PoolUnused


def test_with_members_and_with_a_server(lab, found, make, make_server, pool):
    values = {"ip_address": lab.address("192.0.2.11/24"), "port": 443, "status": lab.active}
    make("load_balancers.loadbalancerpoolmember", load_balancer_pool=pool, **values)
    assert found(PoolUnused()) == ["web"]
    make_server(load_balancer_pool=pool, enabled=False)
    assert found(PoolUnused()) == []
