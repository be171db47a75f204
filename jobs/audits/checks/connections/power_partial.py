"""DCIM-POWER-002: power supplies without a connection."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q, QuerySet

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity
from ._power import names, powered, with_supplies


class PowerSupplies(DeviceCheck):
    """Devices that run on fewer supplies than they have."""

    id = "DCIM-POWER-002"
    title = "Power supplies not connected"
    severity = Severity.MEDIUM
    description = (
        "Some but not all power supplies of the device are connected to an outlet or a power feed over cables with the "
        "status Connected. How many supplies there are is taken from the device: its power ports, those on modules "
        "included, or the power port templates of its type and its modules if these are more. A device with one supply "
        "needs one. Redundant supplies protect against nothing while one of them is not plugged in."
    )
    remedy = (
        "Plug in the remaining supplies and record the cables; set planned cables to Connected once they are in place. "
        "Add power ports that are missing in Nautobot; delete those of supplies that are not installed."
    )
    tags = ("power", "cabling", "redundancy")
    since = "0.1.0"
    bad = "PSU1 of sin01-core-01 is connected, and PSU2 is not."
    good = "A device with one power supply by its type, which is connected."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Devices with more supplies than connected ones."""
        devices = with_supplies(objects).annotate(powered=powered())
        devices = devices.filter(Q(powered__lt=F("supplies")) & Q(powered__gt=0))
        for row in self.rows(devices, "ports", "supplies", "powered", "unpowered"):
            missing = row["supplies"] - row["ports"]
            yield self.finding(
                row,
                context,
                f"Only {row['powered']} of {row['supplies']} power supplies connected.",
                details={
                    "not connected": names(row["unpowered"]),
                    "ports missing in Nautobot": str(missing) if missing else "",
                },
            )
