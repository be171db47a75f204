"""LOADBALANCERS-SERVER-001: which virtual servers have no pool."""

from jobs.audits.checks.wireless import VirtualServerWithoutPool


def test_with_and_without_a_pool(lab, found, make_server, pool):
    server = make_server()
    assert found(VirtualServerWithoutPool()) == ["www"]
    lab.force(server, load_balancer_pool=pool)
    assert found(VirtualServerWithoutPool()) == []


def test_disabled(found, make_server):
    make_server(enabled=False)
    assert found(VirtualServerWithoutPool()) == []
