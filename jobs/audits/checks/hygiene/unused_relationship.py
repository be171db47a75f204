"""EXTRAS-RELATIONSHIP-001: unused relationship."""

from __future__ import annotations

from ._unused import Unused


class UnusedRelationship(Unused):
    """Relationships that relate nothing."""

    id = "EXTRAS-RELATIONSHIP-001"
    title = "Unused relationship"
    model = "extras.relationship"
    description = (
        "There is no association of the relationship: nobody has ever related two objects by it, or all that was related "
        "is gone."
    )
    remedy = (
        "Delete it, or use it. Look for it in filters of dynamic groups and in constraints of permissions first: those "
        "name it in text."
    )
    bad = '"Backup of" was defined for an App that is no longer there.'
    good = '"Monitored by" relates one device to one virtual machine.'
