"""DCIM-MANUFACTURER-001: unused manufacturer."""

from __future__ import annotations

from ._unused import Unused


class UnusedManufacturer(Unused):
    """Manufacturers of nothing."""

    id = "DCIM-MANUFACTURER-001"
    title = "Unused manufacturer"
    model = "dcim.manufacturer"
    description = (
        "No device type, module type, platform, inventory item or cloud account is of the manufacturer, and nothing else "
        "refers to it. Often a second spelling of another one."
    )
    remedy = (
        "Delete it, or use it. Look for it in filters of dynamic groups and in constraints of permissions first: those "
        "name it in text."
    )
    bad = '"Hewlett Packard" is there as well as "HPE", and nothing is of it.'
    good = '"Opengear" has one device type.'
