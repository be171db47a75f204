"""EXTRAS-TAG-001: unused tag."""

from __future__ import annotations

from ._unused import Unused


class UnusedTag(Unused):
    """Tags on nothing."""

    id = "EXTRAS-TAG-001"
    title = "Unused tag"
    model = "extras.tag"
    description = (
        "No object of any model has the tag, and no config context asks for it. Tags that nobody uses hide those that "
        "matter, and invite a second spelling of the same thing."
    )
    remedy = (
        "Delete it, or use it. Look for it in filters of dynamic groups and in constraints of permissions first: those "
        "name it in text."
    )
    bad = 'The tag "migration-2021" is on nothing.'
    good = 'The tag "pci" is on one prefix and on no device.'
