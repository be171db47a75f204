"""DCIM-VC-005: virtual chassis at several locations."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import count
from ._groups import listed, members, visible_names


class StackApart(Check):
    """Virtual chassis whose members are not in one place."""

    id = "DCIM-VC-005"
    title = "Virtual chassis at several locations"
    severity = Severity.LOW
    model = "dcim.virtualchassis"
    description = (
        "The members of the virtual chassis are at different locations. Stacking cables are a few metres long; a stack "
        "over two rooms needs optics that few have. Mostly one member was moved in Nautobot and the others forgotten."
    )
    remedy = "Set the location of all members to where the stack is. Waive the finding for a stack over several rooms."
    tags = ("virtual chassis", "location")
    since = "0.1.0"
    bad = "ams01-acc-01, at AMS01, and lon01-acc-01, at LON01, are members of one virtual chassis."
    good = "ams01-acc-01 and ams01-acc-02 are both in AMS01-A, in different racks."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        devices = members("virtual_chassis")
        stacks = objects.annotate(
            places=count(devices, "location", distinct=True),
            names=visible_names(devices, context.user),
            place_names=visible_names(devices, context.user, "location__name"),
        )
        for row in self.rows(stacks.filter(places__gt=1), "places", "names", "place_names"):
            yield self.finding(
                row,
                context,
                f"The members are at {row['places']} different locations.",
                details={"locations": listed(row["place_names"]), "members": listed(row["names"])},
            )
