"""DCIM-POWER-004: redundant feeds on one power panel."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q, QuerySet

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity
from ._power import fed, feed_names, names, powered


class OnePowerPanel(DeviceCheck):
    """Devices whose A and B feeds come from the same panel."""

    id = "DCIM-POWER-004"
    title = "A and B feeds on one power panel"
    severity = Severity.MEDIUM
    description = (
        "The device has two or more connected power supplies on different power feeds, and all these feeds come from "
        "the same power panel. Only devices all of whose connected supplies can be followed to a feed are judged. A "
        "fault of the panel, or work on it, takes both feeds down."
    )
    remedy = "Move one supply to a feed of another power panel, or correct the panel of the feed."
    tags = ("power", "redundancy")
    since = "0.1.0"
    bad = "The two supplies of nyc01-srv-03 are on two PDUs and two feeds, and both feeds come from NYC01-PP-A."
    good = "The feeds of the two PDUs of a rack come from panel A and from panel B."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Devices whose supplies count several feeds and one panel among them."""
        devices = objects.annotate(
            powered=powered(),
            fed=fed(),
            feeds=fed(distinct=True),
            panels=fed("power_panel", distinct=True),
            feed_names=feed_names(context.user),
            panel_names=feed_names(context.user, "power_panel__name"),
        )
        one_panel = Q(panels=1) & Q(feeds__gte=2) & Q(fed=F("powered"))
        for row in self.rows(devices.filter(one_panel), "powered", "feed_names", "panel_names"):
            yield self.finding(
                row,
                context,
                f"The feeds of all {row['powered']} connected power supplies come from the same power panel.",
                details={"power panel": names(row["panel_names"]), "power feeds": names(row["feed_names"])},
            )
