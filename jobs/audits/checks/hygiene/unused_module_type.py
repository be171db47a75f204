"""DCIM-MODULETYPE-001: unused module type."""

from __future__ import annotations

from ._unused import Unused


class UnusedModuleType(Unused):
    """Module types without a module."""

    id = "DCIM-MODULETYPE-001"
    title = "Unused module type"
    model = "dcim.moduletype"
    description = (
        "There is no module of the type, and nothing else but its own templates refers to it. Left over, or imported "
        "with a whole library."
    )
    remedy = (
        "Delete it, or use it. Look for it in filters of dynamic groups and in constraints of permissions first: those "
        "name it in text."
    )
    bad = '"NIM-2T" is in Nautobot; no router has one.'
    good = '"NIM-24A" is in one console server.'
