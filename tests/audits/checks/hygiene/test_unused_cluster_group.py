"""VIRTUALIZATION-CLUSTERGROUP-001: which cluster groups have no cluster."""

from jobs.audits.checks.hygiene import UnusedClusterGroup


def test_with_and_without_a_cluster(found, lab, make, cluster):
    group = make("virtualization.clustergroup", name="group")
    assert found(UnusedClusterGroup()) == ["group"]
    lab.force(cluster, cluster_group=group)
    assert found(UnusedClusterGroup()) == []


def test_a_config_context_asks_for_it(found, make, config_context):
    config_context.cluster_groups.add(make("virtualization.clustergroup", name="group"))
    assert found(UnusedClusterGroup()) == []
