"""DCIM-POWER-013: outlets in use without power."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from nautobot.dcim.models import PowerOutlet, PowerPort

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.compat import components
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect, connected


class OutletDead(DeviceCheck):
    """PDUs that others depend on and that, as recorded, have no power."""

    id = "DCIM-POWER-013"
    title = "Outlets in use without power"
    severity = Severity.HIGH
    description = (
        "Something is plugged into an outlet of the device, and the power port behind the outlet is not connected to a "
        "feed or another outlet over cables with the status Connected. Where Nautobot was not told which port is behind "
        "an outlet, any connected one of the device will do; devices without power ports, such as generators, are left "
        "alone. Two supplies on such PDUs look redundant, and nobody can tell whether they are."
    )
    remedy = "Record the cable from the PDU's inlet to its feed, or correct the power port of the outlets."
    tags = ("power", "cabling")
    since = "0.1.0"
    bad = "ams01-core-01 is plugged into ams01-pdu-01, whose inlet is not cabled."
    good = "Nothing is plugged into ams01-pdu-02, whose inlet is not cabled either."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        ports, outlets = components(PowerPort), components(PowerOutlet)
        dead_inlet = PowerPort.objects.order_by().filter(~connected(PowerPort), pk=OuterRef("power_port"))
        # Dead inlets are few, so what is cheap to say about them comes first, and whether an outlet is in use last.
        told = outlets.filter(Exists(dead_inlet)).filter(connected(PowerOutlet))
        untold = outlets.filter(power_port__isnull=True).filter(connected(PowerOutlet))
        dead = Q(Exists(ports)) & ~Q(Exists(ports.filter(connected(PowerPort))))
        devices = objects.filter(Q(Exists(told)) | (Q(Exists(untold)) & dead)).annotate(
            told=collect(told, "name"), untold=collect(untold, "name")
        )
        for row in self.rows(devices, "told", "untold"):
            outlets = sorted(row["told"] or row["untold"])
            number = (
                "1 outlet is in use, and has" if len(outlets) == 1 else f"{len(outlets)} outlets are in use, and have"
            )
            yield self.finding(row, context, f"{number} no power.", details={"outlets": ", ".join(outlets)})
