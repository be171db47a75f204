"""DCIM-POWER-015: power feed for a rack elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import is_at_or_above


class FeedElsewhere(Check):
    """Power feeds that begin at one location and end at another."""

    id = "DCIM-POWER-015"
    title = "Power feed for a rack elsewhere"
    severity = Severity.LOW
    model = "dcim.powerfeed"
    description = (
        "The rack of the power feed is at another location than the feed's panel: neither at the same, nor above or "
        "below it, the rule by which Nautobot accepts a rack. Moved racks and panels get round it. Whoever switches the "
        "feed off looks for the load in the wrong place."
    )
    remedy = "Correct the rack of the feed, or the location of the rack or the panel."
    tags = ("power", "location")
    since = "0.1.0"
    bad = "The feed LON01-A01-A, for a rack at LON01, is of the panel AMS01-PP-A at AMS01."
    good = "The feed AMS01-A01-A, for a rack in the room AMS01-A, is of the panel AMS01-PP-A at AMS01."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        rack, panel = "rack__location", "power_panel__location"
        feeds = objects.filter(
            ~is_at_or_above(rack, panel, context.location_depth),
            ~is_at_or_above(panel, rack, context.location_depth),
            rack__isnull=False,
        )
        for row in self.rows(feeds, "rack__name", rack):
            yield self.finding(
                row,
                context,
                "The rack of the feed is at another location than its panel.",
                details={
                    "rack": row["rack__name"],
                    "location of the rack": context.location_names.get(row[rack], ""),
                },
            )
