"""DCIM-POWER-003: all supplies on one PDU or power feed."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q, QuerySet

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity
from ._power import fed, feed_names, names, on_outlets, pdu_names, powered


class OnePowerSource(DeviceCheck):
    """Devices whose redundant supplies fail together."""

    id = "DCIM-POWER-003"
    title = "All supplies on one PDU or feed"
    severity = Severity.HIGH
    description = (
        "The device has two or more connected power supplies, and all of them end on outlets of the same PDU, or all "
        "get their power from the same power feed: directly, or through up to two PDUs or UPSs. The second supply is "
        "there to survive the loss of a PDU or feed, and here it cannot."
    )
    remedy = "Move one supply to a PDU on another power feed, and record the new cable."
    tags = ("power", "redundancy")
    since = "0.1.0"
    bad = "Both supplies of sin01-srv-03 are on outlets of sin01-pdu-05."
    good = "The supplies of a server are on two PDUs, which have feeds of their own."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Devices whose supplies count one PDU, or one feed, among them."""
        devices = objects.annotate(
            powered=powered(),
            on_outlets=on_outlets(),
            pdus=on_outlets(distinct=True),
            fed=fed(),
            feeds=fed(distinct=True),
            pdu_names=pdu_names(context.user),
            feed_names=feed_names(context.user),
        )
        one_pdu = Q(pdus=1) & Q(powered__gte=2) & Q(on_outlets=F("powered"))
        one_feed = Q(feeds=1) & Q(powered__gte=2) & Q(fed=F("powered"))
        for row in self.rows(
            devices.filter(one_pdu | one_feed), "powered", "on_outlets", "pdus", "pdu_names", "feed_names"
        ):
            same_pdu = row["pdus"] == 1 and row["on_outlets"] == row["powered"]
            yield self.finding(
                row,
                context,
                f"All {row['powered']} connected power supplies depend on the same {'PDU' if same_pdu else 'feed'}.",
                details={"PDU": names(row["pdu_names"]), "power feed": names(row["feed_names"])},
            )
