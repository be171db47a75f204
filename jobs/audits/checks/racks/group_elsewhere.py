"""DCIM-RACK-010: rack group of another location."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import is_at_or_above


class RackGroupElsewhere(Check):
    """Racks in a group that is not where they are."""

    id = "DCIM-RACK-010"
    title = "Rack group of another location"
    severity = Severity.LOW
    model = "dcim.rack"
    description = (
        "The location of the rack's group is neither that of the rack nor one above it: the rule by which Nautobot "
        "accepts a group. It moves the racks of a group along, but only one by one and on saving. The rack is missing "
        "from the elevations of its row, and every later change of it is refused."
    )
    remedy = "Correct the location of the rack, or put it into a group of its location."
    tags = ("rack", "location")
    since = "0.1.0"
    bad = "LON01-A01 is at LON01, and its group, Row A, at AMS01."
    good = "AMS01-A01 is in AMS01-A, a room of AMS01, and its group, Row A, at AMS01."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        racks = objects.filter(
            ~is_at_or_above("rack_group__location", "location", context.location_depth), rack_group__isnull=False
        )
        for row in self.rows(racks, "rack_group__name", "rack_group__location"):
            yield self.finding(
                row,
                context,
                "The group of the rack is at another location.",
                details={
                    "rack group": row["rack_group__name"],
                    "location of the group": context.location_names.get(row["rack_group__location"], ""),
                },
            )
