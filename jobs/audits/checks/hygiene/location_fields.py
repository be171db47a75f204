"""DCIM-LOCATION-004: location without required fields."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity

_EMPTY = {
    "time_zone": Q(time_zone__isnull=True) | Q(time_zone=""),
    "coordinates": Q(latitude__isnull=True) | Q(longitude__isnull=True),
    "physical_address": Q(physical_address=""),
    "facility": Q(facility=""),
}


class LocationIncomplete(Check):
    """Locations that lack what maintenance windows and maps need."""

    id = "DCIM-LOCATION-004"
    title = "Location without required fields"
    severity = Severity.LOW
    model = "dcim.location"
    description = (
        "The location has the status Active, is of one of the location types in the parameter `location_types`, and one "
        "of the fields in `fields` is empty. Off unless both are given. Maintenance windows need the time zone, maps "
        "the coordinates."
    )
    remedy = "Fill the field."
    tags = ("location", "policy")
    parameters = {
        "location_types": Parameter((), 'Names of the location types that need the fields, such as "Site".'),
        "fields": Parameter(("time_zone",), f"Fields that are needed: {', '.join(_EMPTY)}."),
    }
    since = "0.1.0"
    bad = '"Site" is named. LON01 has no time zone.'
    good = "AMS01 has one; its rooms have none, but only sites need one."
    policy = {"location_types": ("Site",)}

    def idle(self) -> str:
        """Which locations need what is a policy."""
        if not self.values["location_types"] or not self.values["fields"]:
            return "No location types and fields are named."
        unknown = sorted(set(self.values["fields"]) - set(_EMPTY))
        return f"Unknown fields: {', '.join(unknown)}." if unknown else ""

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Active locations of those types, one finding a field."""
        fields = self.values["fields"]
        locations = objects.filter(
            reduce(or_, (_EMPTY[field] for field in fields)),
            status__name="Active",
            location_type__name__in=self.values["location_types"],
        )
        for row in self.rows(locations, "time_zone", "latitude", "longitude", "physical_address", "facility"):
            for field in fields:
                values = [row["latitude"], row["longitude"]] if field == "coordinates" else [row[field]]
                if any(value in (None, "") for value in values):
                    yield self.finding(row, context, f"The location has no {field.replace('_', ' ')}.", key=field)
