"""DCIM-LOCATION-003: active location in one that is not in use."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity


class LocationInUnused(Check):
    """Locations that are active inside of one that is not."""

    id = "DCIM-LOCATION-003"
    title = "Active location in one that is not in use"
    severity = Severity.LOW
    model = "dcim.location"
    description = (
        "The location has the status Active, and the one right above it has one of the statuses in the parameter "
        "`statuses`. A room cannot be in use in a building that is retired or not yet built. Decommissioning and "
        "Staging are not among them by default: rooms come and go one by one."
    )
    remedy = "Correct the status of one of the two."
    tags = ("location",)
    parameters = {
        "statuses": Parameter(("Planned", "Retired"), "Names of the statuses of locations that are not in use.")
    }
    since = "0.1.0"
    bad = "OSL01 is retired; its room OSL01-A is still active."
    good = "AMS01 is active, and its room AMS01-C is planned."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Active locations right below one of those statuses."""
        rows = objects.filter(status__name="Active", parent__status__name__in=self.values["statuses"])
        for row in self.rows(rows, "parent__status__name"):
            message = f"The location is active, but the one above it has the status {row['parent__status__name']}."
            yield self.finding(row, context, message)
