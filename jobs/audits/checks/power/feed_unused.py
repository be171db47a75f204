"""DCIM-POWER-014: power feed connected to nothing."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from nautobot.dcim.models import PowerFeed

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import connected


class FeedUnused(Check):
    """Power feeds that lead nowhere."""

    id = "DCIM-POWER-014"
    title = "Power feed connected to nothing"
    severity = Severity.LOW
    model = "dcim.powerfeed"
    description = (
        "The power feed has one of the given statuses, is not connected to a power port over cables with the status "
        "Connected, and does not lead to another panel. Either the cable is not recorded, or the feed is paid for and "
        "not used."
    )
    remedy = "Record the cable to the PDU; set the status of a spare feed to Offline, or of a future one to Planned."
    tags = ("power", "cabling")
    parameters = {"statuses": Parameter(("Active",), "Names of the statuses of feeds that are in use.")}
    since = "0.1.0"
    bad = "The feed AMS01-A01-A is Active, and has no cable."
    good = "The feed SYD01-A01-A is Planned, and has no cable."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        feeds = objects.filter(
            ~connected(PowerFeed), status__name__in=list(self.values["statuses"]), destination_panel__isnull=True
        )
        for row in self.rows(feeds, "rack__name"):
            yield self.finding(
                row, context, "The feed is not connected to anything.", details={"rack": row["rack__name"]}
            )
