"""DCIM-POWER-010: power feed over its rating."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, OuterRef, QuerySet, Subquery
from nautobot.dcim.models import PowerPort

from ....toolkit.checks import Check, Context
from ....toolkit.compat import device_value
from ....toolkit.findings import Finding, Severity
from ._draw import with_draw


class FeedOverload(Check):
    """Power feeds from which more is drawn than they deliver."""

    id = "DCIM-POWER-010"
    title = "Power feed over its rating"
    severity = Severity.HIGH
    model = "dcim.powerfeed"
    description = (
        "What is connected to the power feed draws more than it may deliver: its voltage, amperage and maximum "
        "utilisation together, as Nautobot counts the available power. The draw is the allocated draw of the connected "
        "power port over its power factor; for a port without any figure, such as the inlet of a PDU, that of all that "
        "is plugged into the outlets behind it. Ports without an allocated draw count nothing, so the true draw is not "
        "less. A breaker that trips takes all of it down."
    )
    remedy = (
        "Move supplies to another feed, or correct the figures: allocated draws, or voltage and amperage of the feed."
    )
    tags = ("power", "capacity")
    since = "0.1.0"
    bad = "AMS01-A01-A delivers 5888 VA (230 V, 32 A, 80 %), and supplies with 6500 VA are plugged into its PDU."
    good = "AMS01-A01-A delivers 5888 VA, and supplies with 3100 VA are plugged into its PDU."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        inlets = PowerPort.objects.restrict(context.user, "view").order_by().filter(pk=OuterRef("inlet"))
        feeds = with_draw(objects).filter(draw__gt=F("available_power"))
        feeds = feeds.annotate(device=Subquery(inlets.annotate(_of=device_value("name")).values("_of")))
        for row in self.rows(feeds, "draw", "available_power", "device"):
            yield self.finding(
                row,
                context,
                f"{row['draw']:.0f} VA are drawn of {row['available_power']} VA.",
                details={"draw": f"{row['draw']:.0f} VA", "connected to": row["device"]},
            )
