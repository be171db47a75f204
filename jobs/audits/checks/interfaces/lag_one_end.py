"""DCIM-LINK-006: LAG at one end only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from nautobot.dcim.models import Interface

from ....toolkit.findings import Severity
from ._links import JUDGED_DIRECT, LinkCheck, direct


class LagAtOneEnd(LinkCheck):
    """Links that are part of a LAG at one end and not at the other."""

    id = "DCIM-LINK-006"
    title = "LAG at one end only"
    severity = Severity.HIGH
    description = (
        "The interface at one end of a link is a member of a LAG, the one at the other end is not, although it has an "
        "802.1Q mode or its device has LAGs: LACP does not come up, and a static LAG loops or loses packets. Servers "
        f"and the like, for which Nautobot knows of no LAG at all, are left alone. The member is reported. {JUDGED_DIRECT}"
    )
    remedy = "Put the interface at the other end into a LAG, or take the member out of its LAG."
    tags = ("link", "lag")
    since = "0.1.0"
    bad = "ams01-acc-03 Gi1/1/1 is in Port-channel1, its far end ams01-core-01 Ethernet4, a trunk, is in no LAG."
    good = "ams01-acc-03 Gi1/0/41 is in Port-channel2, its far end ams01-srv-03 eth0 is a server without any LAG."
    shown = {"LAG": "lag__name"}
    both_ends = True  # one end is the member, whichever has the lower key

    def kinds(self) -> tuple[Callable[..., tuple[QuerySet, QuerySet]], ...]:
        """See `LinkCheck.kinds`."""
        return (direct,)

    def near(self) -> Q:
        """See `LinkCheck.near`."""
        return Q(lag__isnull=False)

    def differs(self, far: QuerySet) -> QuerySet:
        """See `LinkCheck.differs`."""
        lags = Interface.objects.filter(type="lag", device=OuterRef("device")).order_by()
        return far.filter(~Q(mode="") | Q(Exists(lags)), lag=None)

    def message(self, row: Mapping[str, Any], far: Mapping[str, Any]) -> str:
        """See `LinkCheck.message`."""
        return "The interface is a member of a LAG, the one at the far end of the link is not."
