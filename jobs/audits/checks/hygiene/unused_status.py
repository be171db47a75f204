"""EXTRAS-STATUS-001: unused status."""

from __future__ import annotations

from django.db.models import QuerySet

from ._shipped import shipped_statuses
from ._unused import Unused


class UnusedStatus(Unused):
    """Statuses that nothing has."""

    id = "EXTRAS-STATUS-001"
    title = "Unused status"
    model = "extras.status"
    description = (
        "No object of any model has the status. Statuses that Nautobot itself creates are left alone: its own forms and "
        "filters expect them."
    )
    remedy = (
        "Delete it, or use it. Look for it in filters of dynamic groups and in constraints of permissions first: those "
        "name it in text."
    )
    bad = 'The status "To be checked" was made for an import.'
    good = 'Nothing has "Decommissioned", but Nautobot ships it.'

    def candidates(self, objects: QuerySet) -> QuerySet:
        """Those that Nautobot did not create."""
        return objects.exclude(name__in=shipped_statuses())
