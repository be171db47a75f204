"""DCIM-MANUFACTURER-002: manufacturers with the same name."""

from __future__ import annotations

from ._alike import Alike


class AlikeManufacturers(Alike):
    """Manufacturers that are meant to be one."""

    id = "DCIM-MANUFACTURER-002"
    title = "Manufacturer with nearly the same name as another"
    model = "dcim.manufacturer"
    description = (
        "The name is that of another manufacturer but for upper and lower case, spaces, hyphens, underscores or a plural s. "
        "Reported on all but the oldest. Half of the objects have one, half the other, and each filter finds half."
    )
    bad = '"Palo Alto" and "Palo-Alto" are two manufacturers.'
    good = '"HPE" and "HP" are two manufacturers.'
