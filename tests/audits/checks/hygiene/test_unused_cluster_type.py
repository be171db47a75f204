"""VIRTUALIZATION-CLUSTERTYPE-001: which cluster types have no cluster."""

from jobs.audits.checks.hygiene import UnusedClusterType


def test_with_and_without_a_cluster(found, make, cluster):
    assert found(UnusedClusterType()) == []
    make("virtualization.clustertype", name="Hyper-V")
    assert found(UnusedClusterType()) == ["Hyper-V"]
