"""VIRTUALIZATION-CLUSTERTYPE-001: cluster type without clusters."""

from __future__ import annotations

from ._unused import Unused


class UnusedClusterType(Unused):
    """Cluster types without a cluster."""

    id = "VIRTUALIZATION-CLUSTERTYPE-001"
    title = "Cluster type without clusters"
    model = "virtualization.clustertype"
    description = "There is no cluster of the type, and nothing else refers to it."
    remedy = (
        "Delete it, or use it. Look for it in filters of dynamic groups and in constraints of permissions first: those "
        "name it in text."
    )
    bad = 'The type "Hyper-V" is left over from a migration.'
    good = 'The type "VMware" has one cluster.'
