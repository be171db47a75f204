"""IPAM-VLANGROUP-001: VLAN group without VLANs."""

from __future__ import annotations

from ._unused import Unused


class UnusedVLANGroup(Unused):
    """VLAN groups that group nothing."""

    id = "IPAM-VLANGROUP-001"
    title = "VLAN group without VLANs"
    model = "ipam.vlangroup"
    description = "There is no VLAN in the group, and nothing else refers to it."
    remedy = (
        "Delete it, or use it. Look for it in filters of dynamic groups and in constraints of permissions first: those "
        "name it in text."
    )
    bad = 'The VLAN group "MUC02" of a site that was never opened has no VLAN.'
    good = 'The VLAN group "MUC01" has one VLAN, which is only reserved.'
