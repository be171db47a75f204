"""VIRTUALIZATION-CLUSTERGROUP-001: cluster group without clusters."""

from __future__ import annotations

from ._unused import Unused


class UnusedClusterGroup(Unused):
    """Cluster groups that group nothing."""

    id = "VIRTUALIZATION-CLUSTERGROUP-001"
    title = "Cluster group without clusters"
    model = "virtualization.clustergroup"
    description = "There is no cluster in the group, and no config context asks for it."
    remedy = (
        "Delete it, or use it. Look for it in filters of dynamic groups and in constraints of permissions first: those "
        "name it in text."
    )
    bad = 'The group "Test clusters" has no cluster.'
    good = 'The group "Production" has one cluster without virtual machines.'
