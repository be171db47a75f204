"""DCIM-LINK-003: untagged VLAN differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import OuterRef, Q, QuerySet

from ....toolkit.findings import Severity
from ._links import JUDGED, LinkCheck


class LinkNativeVlan(LinkCheck):
    """Links that join two VLANs."""

    id = "DCIM-LINK-003"
    title = "Untagged VLAN differs"
    severity = Severity.HIGH
    description = (
        "Both ends of a link have an untagged VLAN (of an access port, or the native one of a trunk), and their VLAN "
        "IDs differ. The link joins the two VLANs, and spanning tree may block it. VLANs are compared by ID: each site "
        f"may have a VLAN of its own for the same ID. {JUDGED}"
    )
    remedy = "Set the untagged VLAN of one end to that of the other one, in Nautobot and on the devices."
    tags = ("link", "vlan")
    since = "0.1.0"
    bad = "ams01-acc-03 Port-channel1 has the native VLAN 1, its far end ams01-core-01 Port-Channel4 has 999."
    good = "ams01-acc-03 Port-channel1 has the native VLAN 999 of AMS01, its far end has the VLAN 999 of the region."
    shown = {"untagged VLAN": "untagged_vlan__vid"}

    def near(self) -> Q:
        """See `LinkCheck.near`."""
        return Q(untagged_vlan__isnull=False)

    def differs(self, far: QuerySet) -> QuerySet:
        """See `LinkCheck.differs`."""
        return far.filter(~Q(untagged_vlan__vid=OuterRef("untagged_vlan__vid")), untagged_vlan__isnull=False)

    def message(self, row: Mapping[str, Any], far: Mapping[str, Any]) -> str:
        """See `LinkCheck.message`."""
        return "The untagged VLANs at the two ends of the link differ."
