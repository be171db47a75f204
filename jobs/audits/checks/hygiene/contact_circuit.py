"""CIRCUITS-CONTACT-001: circuit without contact."""

from __future__ import annotations

from django.db.models import QuerySet

from ._contacts import WithoutContact


class CircuitWithoutContact(WithoutContact):
    """Circuits for which nobody is named."""

    id = "CIRCUITS-CONTACT-001"
    title = "Circuit without contact"
    model = "circuits.circuit"
    description = (
        "The circuit has the status Active, and neither a contact nor a team is associated with it. Off unless the "
        "parameter `required` is set. When the circuit fails at night, somebody has to know whom to call."
    )
    bad = "LUM-AMS01-INET has neither contact nor team."
    good = "NTT-AMS01-INET has the team Network Operations."

    def candidates(self, objects: QuerySet) -> QuerySet:
        """Active circuits."""
        return objects.filter(status__name="Active")
