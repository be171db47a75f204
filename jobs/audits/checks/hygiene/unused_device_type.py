"""DCIM-DEVICETYPE-001: unused device type."""

from __future__ import annotations

from ._unused import Unused


class UnusedDeviceType(Unused):
    """Device types without a device."""

    id = "DCIM-DEVICETYPE-001"
    title = "Unused device type"
    model = "dcim.devicetype"
    description = (
        "There is no device of the type, no config context asks for it, and nothing else but its own templates and "
        "software images refers to it. Left over, or imported with a whole library."
    )
    remedy = (
        "Delete it, or use it. Look for it in filters of dynamic groups and in constraints of permissions first: those "
        "name it in text."
    )
    bad = '"Cisco WS-C3750-48P" is in Nautobot; the last one was scrapped.'
    good = '"APC AP7921B" has one device, which is only planned.'

    ignoring = ("dcim.devicetypetosoftwareimagefile",)
