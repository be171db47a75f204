"""DCIM-POWER-001: no power connection."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity
from ._power import is_powered, names, should_have_supplies, with_supplies


class PowerConnection(DeviceCheck):
    """Devices that, as recorded, cannot be running."""

    id = "DCIM-POWER-001"
    title = "No power connection"
    severity = Severity.HIGH
    description = (
        "The device has power ports, itself or on modules, or should have some by its device type or module types, and "
        "none of them is connected to an outlet or a power feed over cables with the status Connected. Devices without "
        "power ports, such as patch panels, are left alone; so are the devices of a chassis that powers them. Nobody "
        "can tell what a PDU or a panel takes down with it when power is not recorded."
    )
    remedy = (
        "Record the cables from the power ports to the outlets or feeds; set planned cables to Connected once they are "
        "in place. Add missing power ports, or correct the device type."
    )
    tags = ("power", "cabling")
    since = "0.1.0"
    bad = "Neither PSU1 nor PSU2 of ams01-srv-02 has a cable."
    good = "A patch panel without power ports, and without any by its type."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Devices with supplies, none of them connected."""
        devices = with_supplies(objects.filter(~is_powered(), should_have_supplies()))
        for row in self.rows(devices, "ports", "supplies", "unpowered"):
            if row["ports"]:
                message = f"None of {row['supplies']} power supplies is connected."
            else:
                message = f"The device has no power port, although its type says {row['supplies']}."
            yield self.finding(row, context, message, details={"ports": names(row["unpowered"])})
