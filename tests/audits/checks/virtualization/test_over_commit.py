"""VIRTUALIZATION-CLUSTER-002: which clusters have promised more than they have."""

import pytest

from jobs.audits.checks.virtualization import ClusterOverCommit


@pytest.fixture
def machines(lab):
    for name in ("a", "b"):
        lab.machine(name, vcpus=4, memory=1000, disk=10)
    lab.machine("unknown")
    lab.machine("off", vcpus=100, status="Offline")


def test_over(lab, ask, machines):
    findings = ask(ClusterOverCommit(capacity={"cluster": {"vcpus": 7, "memory": 1999, "disk": 20}}))
    assert [(finding.display, finding.key) for finding in findings] == [("cluster", "vcpus"), ("cluster", "memory")]
    assert "8 virtual CPUs" in findings[0].message


def test_enough(found, machines):
    assert found(ClusterOverCommit(capacity={"cluster": {"vcpus": 8, "memory": 2000, "disk": 20}})) == []


def test_other_clusters(lab, found, machines):
    lab.cluster("other")
    assert found(ClusterOverCommit(capacity={"other": {"vcpus": 1}})) == []


def test_idle_without_capacity():
    assert ClusterOverCommit().idle()
    assert not ClusterOverCommit(capacity={"cluster": {"vcpus": 1}}).idle()


def test_unknown_resource(ask):
    with pytest.raises(ValueError, match="colour"):
        ask(ClusterOverCommit(capacity={"cluster": {"colour": 1}}))
