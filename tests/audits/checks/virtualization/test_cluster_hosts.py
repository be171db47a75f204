"""VIRTUALIZATION-CLUSTER-001: which clusters have no hosts."""

import pytest

from jobs.audits.checks.virtualization import ClusterWithoutHosts


@pytest.fixture
def host(lab):
    def run(cluster):
        device = lab.device(f"host of {cluster}", lab.device_type(f"Server {cluster}"))
        if hasattr(device, "clusters"):
            device.clusters.add(lab.cluster(cluster))
        else:
            lab.force(device, cluster=lab.cluster(cluster))

    return run


def test_without_hosts(lab, ask, host):
    lab.machine("a", cluster="one")
    lab.machine("b", cluster="two")
    host("one")
    (finding,) = ask(ClusterWithoutHosts())
    assert (finding.pk, finding.display) == (str(lab.cluster("two").pk), "two")
    assert finding.details == {"type": "Hypervisor"}


def test_types_without_hosts(lab, found, host):
    lab.machine("a", cluster="one")
    lab.machine("b", cluster="cloud")
    lab.force(lab.cluster("cloud"), cluster_type=lab.cluster("other", "Public cloud").cluster_type)
    host("one")
    assert found(ClusterWithoutHosts()) == []
    host("other")
    assert found(ClusterWithoutHosts()) == ["cloud"]


def test_without_machines(lab, found, host):
    lab.cluster("two")
    lab.machine("b", cluster="three", status="Decommissioning")
    host("one")
    assert found(ClusterWithoutHosts()) == []


def test_with_hosts(lab, found, host):
    lab.machine("a", cluster="one")
    host("one")
    assert found(ClusterWithoutHosts()) == []
