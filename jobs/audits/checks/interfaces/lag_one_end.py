"""DCIM-LINK-006: LAG at one end only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import CharField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, UUIDField
from nautobot.dcim.models import Interface

from ....toolkit.findings import Severity
from ._links import JUDGED, LinkCheck, cabled


def _lags(device: OuterRef) -> QuerySet:
    return Interface.objects.filter(type="lag", device=device).order_by()


class LagAtOneEnd(LinkCheck):
    """Links that are part of a LAG at one end and not at the other."""

    id = "DCIM-LINK-006"
    title = "LAG at one end only"
    severity = Severity.HIGH
    description = (
        "The interface at one end of a link is a member of a LAG, the one at the other end is not, although it has an "
        "802.1Q mode or its device has LAGs: LACP does not come up, and a static LAG loops or loses packets. Servers "
        f"and the like, for which Nautobot knows of no LAG at all, are left alone. {JUDGED}"
    )
    remedy = "Put the interface at the other end into a LAG, or take the member out of its LAG."
    tags = ("link", "lag")
    since = "0.1.0"
    bad = "ams01-acc-03 Gi1/1/1 is in Port-channel1, its far end ams01-core-01 Ethernet4, a trunk, is in no LAG."
    good = "ams01-acc-03 Gi1/0/41 is in Port-channel2, its far end ams01-srv-03 eth0 is a server without any LAG."
    shown = {"LAG": "lag__name"}

    def kinds(self) -> tuple[Callable[..., tuple[QuerySet, QuerySet]], ...]:
        """See `LinkCheck.kinds`."""
        return (cabled,)

    def differs(self, far: QuerySet) -> QuerySet:
        """See `LinkCheck.differs`."""
        far = far.annotate(
            near_lag=ExpressionWrapper(OuterRef("lag"), output_field=UUIDField()),
            near_mode=ExpressionWrapper(OuterRef("mode"), output_field=CharField()),
        )
        near_could = ~Q(near_mode="") | Q(Exists(_lags(OuterRef(OuterRef("device")))))
        far_could = ~Q(mode="") | Q(Exists(_lags(OuterRef("device"))))
        return far.filter(
            (Q(lag=None, near_lag__isnull=False) & far_could) | (Q(lag__isnull=False, near_lag=None) & near_could)
        )

    def message(self, row: Mapping[str, Any], far: Mapping[str, Any]) -> str:
        """See `LinkCheck.message`."""
        if row["lag__name"] is None:
            return "The interface is in no LAG, the one at the far end of the link is."
        return "The interface is a member of a LAG, the one at the far end of the link is not."
