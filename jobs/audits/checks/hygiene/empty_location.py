"""DCIM-LOCATION-001: location with nothing in it."""

from __future__ import annotations

from django.db.models import QuerySet

from ._unused import Unused


class EmptyLocation(Unused):
    """Locations that are active and empty."""

    id = "DCIM-LOCATION-001"
    title = "Location with nothing in it"
    model = "dcim.location"
    description = (
        "The location has the status Active, no location below it, and nothing in it: no device, rack, panel, prefix, "
        "VLAN, circuit, cluster or anything else that refers to it. A config context that asks for it counts as well. "
        "Either it was closed, or what is there is missing in Nautobot."
    )
    remedy = "Record what is there, or set the status to Retired; delete it if it never was."
    bad = "OSL01 is active, and nothing is recorded there."
    good = "SYD01 is empty, but planned; EMEA has no devices of its own, but sites below it."

    def candidates(self, objects: QuerySet) -> QuerySet:
        """Those that are active."""
        return objects.filter(status__name="Active")
