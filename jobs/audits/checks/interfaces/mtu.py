"""DCIM-LINK-001: MTU differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import ExpressionWrapper, F, IntegerField, OuterRef, Q, QuerySet

from ....toolkit.checks import Parameter
from ....toolkit.findings import Severity
from ._links import EXEMPT, JUDGED, LinkCheck


class LinkMtu(LinkCheck):
    """Links with different MTUs at their ends."""

    id = "DCIM-LINK-001"
    title = "MTU differs"
    severity = Severity.HIGH
    description = (
        "Both ends of a link have an MTU, and these differ by more than the Ethernet header that some vendors count in. "
        "The end with the lower one drops what the other end sends in full size: small packets pass, large ones vanish, "
        f"and OSPF does not come up. {JUDGED}"
    )
    remedy = "Set the same MTU at both ends, in Nautobot and on the devices."
    tags = ("link", "mtu")
    since = "0.1.0"
    bad = "ams01-wan-01 et-0/0/0 has MTU 1500, its far end ams01-core-01 Ethernet49/1 has 9100."
    good = "ams01-fw-01 ethernet1/1 has MTU 9100, its far end ams01-srv-01 eth0 has none in Nautobot."
    parameters = {
        **EXEMPT,
        "headers": Parameter(
            (14, 18, 22), "Differences that mean nothing: an Ethernet header with no, one or two VLAN tags."
        ),
    }
    shown = {"MTU": "mtu"}

    def near(self) -> Q:
        """See `LinkCheck.near`."""
        return Q(mtu__isnull=False)

    def differs(self, far: QuerySet) -> QuerySet:
        """See `LinkCheck.differs`."""
        far = far.annotate(near_mtu=ExpressionWrapper(OuterRef("mtu"), output_field=IntegerField()))
        same = Q(mtu=F("near_mtu"))
        for header in self.values["headers"]:
            # Sums: the database would not subtract from a positive number below zero.
            same |= Q(mtu=F("near_mtu") + header) | Q(near_mtu=F("mtu") + header)
        return far.filter(~same, mtu__isnull=False)

    def message(self, row: Mapping[str, Any], far: Mapping[str, Any]) -> str:
        """See `LinkCheck.message`."""
        return "The MTUs at the two ends of the link differ."
