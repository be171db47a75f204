"""DCIM-CONTACT-001: location without contact."""

from __future__ import annotations

from django.db.models import QuerySet

from ....toolkit.checks import Parameter
from ._contacts import WithoutContact


class LocationWithoutContact(WithoutContact):
    """Locations where nobody can be called."""

    id = "DCIM-CONTACT-001"
    title = "Location without contact"
    model = "dcim.location"
    description = (
        "The location has the status Active, is of one of the location types in the parameter `location_types`, and "
        "neither a contact nor a team is associated with it. Off unless that names types. Whoever has to send hands "
        "there needs somebody to call."
    )
    parameters = {"location_types": Parameter((), 'Names of the location types that need a contact, such as "Site".')}
    bad = '"Site" is named. LON01 has neither contact nor team.'
    good = "AMS01 has the team Network Operations; its rooms have none, but only sites need one."
    policy = {"location_types": ("Site",)}

    def idle(self) -> str:
        """Not every team keeps its contacts in Nautobot."""
        return "" if self.values["location_types"] else "No location types that need a contact are named."

    def candidates(self, objects: QuerySet) -> QuerySet:
        """Active locations of the types that need a contact."""
        return objects.filter(status__name="Active", location_type__name__in=self.values["location_types"])
