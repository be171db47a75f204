"""DCIM-LINK-005: speed or duplex differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import CharField, ExpressionWrapper, F, OuterRef, Q, QuerySet

from ....toolkit.findings import Severity
from ._links import JUDGED_DIRECT, LinkCheck, direct


class LinkSpeed(LinkCheck):
    """Links with different speeds or duplex settings at their ends."""

    id = "DCIM-LINK-005"
    title = "Speed or duplex differs"
    severity = Severity.HIGH
    description = (
        "Both ends of a link have a speed, or both have a duplex setting, and these differ. With different speeds "
        "the link does not come up; Auto against Full makes one end fall back to half duplex, and packets are lost "
        f"under load. Members of LAGs are judged like other interfaces. {JUDGED_DIRECT}"
    )
    remedy = "Set the same speed and duplex at both ends, in Nautobot and on the devices."
    tags = ("link", "speed")
    since = "0.1.0"
    bad = "ams01-acc-01 Gi1/0/1 has the duplex setting Full, its far end ams01-srv-01 eth0 has Auto."
    good = "ams01-acc-01 Gi1/0/1 has a speed of 1 Gbit/s, its far end ams01-srv-01 eth0 has none in Nautobot."
    shown = {"speed in kbit/s": "speed", "duplex": "duplex"}

    def kinds(self) -> tuple[Callable[..., tuple[QuerySet, QuerySet]], ...]:
        """See `LinkCheck.kinds`: LAGs have neither."""
        return (direct,)

    def near(self) -> Q:
        """See `LinkCheck.near`."""
        return Q(speed__isnull=False) | ~Q(duplex="")

    def differs(self, far: QuerySet) -> QuerySet:
        """See `LinkCheck.differs`."""
        speed = Q(speed__isnull=False) & ~Q(speed=OuterRef("speed"))
        duplex = ~Q(duplex="") & ~Q(near_duplex="") & ~Q(duplex=F("near_duplex"))
        near = ExpressionWrapper(OuterRef("duplex"), output_field=CharField())
        return far.annotate(near_duplex=near).filter(speed | duplex)

    def message(self, row: Mapping[str, Any], far: Mapping[str, Any]) -> str:
        """See `LinkCheck.message`."""
        return "Speed or duplex at the two ends of the link differ."
