"""DCIM-LINK-002: 802.1Q mode differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, ExpressionWrapper, F, OuterRef, Q, QuerySet
from nautobot.dcim.choices import InterfaceModeChoices

from ....toolkit.findings import Severity
from ._links import JUDGED, LinkCheck

_ACCESS = InterfaceModeChoices.MODE_ACCESS


class LinkMode(LinkCheck):
    """Links with an access port at one end and a trunk at the other."""

    id = "DCIM-LINK-002"
    title = "802.1Q mode differs"
    severity = Severity.HIGH
    description = (
        "One end of a link is an access port and the other one is tagged. Only the untagged VLAN passes, if that. "
        "Ends without a mode, such as those of servers and routed links, are not compared, and the modes Tagged and "
        f"Tagged (All) fit each other. {JUDGED}"
    )
    remedy = "Set the same mode at both ends, in Nautobot and on the devices."
    tags = ("link", "vlan")
    since = "0.1.0"
    bad = "ams01-acc-03 Gi1/0/48 is tagged, its far end ams01-core-01 Ethernet4 is an access port."
    good = "ams01-acc-03 Gi1/0/41 is an access port, its far end ams01-srv-03 eth0 has no mode."
    shown = {"mode": "mode"}

    def near(self) -> Q:
        """See `LinkCheck.near`."""
        return ~Q(mode="")

    def differs(self, far: QuerySet) -> QuerySet:
        """See `LinkCheck.differs`."""
        either = Q(mode=_ACCESS) | Q(near_mode=_ACCESS)
        different = far.annotate(near_mode=ExpressionWrapper(OuterRef("mode"), output_field=CharField()))
        return different.filter(either, ~Q(mode=""), ~Q(mode=F("near_mode")))

    def message(self, row: Mapping[str, Any], far: Mapping[str, Any]) -> str:
        """See `LinkCheck.message`."""
        return "One end of the link is an access port, the other one is tagged."
