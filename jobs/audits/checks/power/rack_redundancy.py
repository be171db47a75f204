"""DCIM-POWER-012: power of a rack without reserve."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import count, total
from ._draw import feeds_of_rack, spare, with_draw


class RackRedundancy(Check):
    """Racks whose remaining feeds cannot carry the load when one fails."""

    id = "DCIM-POWER-012"
    title = "Power of a rack without reserve"
    severity = Severity.HIGH
    model = "dcim.rack"
    description = (
        "The rack has two or more power feeds, and all that is drawn from them together is more than what they may "
        "deliver without the largest of them. Draws are counted as for an overloaded feed. When a feed fails, or is "
        "switched off for work, the others take over its load: here their breakers trip as well."
    )
    remedy = "Move devices to another rack, use feeds with a higher rating, or correct the figures."
    tags = ("power", "capacity", "redundancy")
    since = "0.1.0"
    bad = "The two feeds of AMS01-A01 deliver 5888 VA each, and 4000 VA are drawn from each: 8000 of 5888."
    good = "The two feeds of AMS01-A01 deliver 5888 VA each, and 2500 VA are drawn from each: 5000 of 5888."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        feeds = feeds_of_rack()
        racks = objects.annotate(feeds=count(feeds)).filter(feeds__gte=2)
        racks = racks.annotate(spare=spare(feeds), draw=total(with_draw(feeds), F("draw"))).filter(draw__gt=F("spare"))
        for row in self.rows(racks, "feeds", "spare", "draw"):
            yield self.finding(
                row,
                context,
                f"{row['draw']:.0f} VA are drawn, and {row['spare']:.0f} VA are left without the largest feed.",
                details={"power feeds": str(row["feeds"])},
            )
