"""DCIM-POWER-016: power ports without draw."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.dcim.models import PowerOutlet, PowerPort

from ....toolkit.checks import Context, DeviceCheck, Parameter
from ....toolkit.compat import components
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect


class DrawMissing(DeviceCheck):
    """Devices of which nobody knows how much power they need."""

    id = "DCIM-POWER-016"
    title = "Power ports without draw"
    severity = Severity.LOW
    description = (
        "A power port of the device, itself or on a module, has neither an allocated nor a maximum draw. Inlets with "
        "outlets behind them are left alone: they draw what is plugged in. Only asked where the parameter says that "
        "draws are to be recorded. Without figures the load of feeds and racks is counted too low."
    )
    remedy = "Record the allocated draw of the ports, best in the templates of the device type."
    tags = ("power", "capacity", "policy")
    parameters = {"required": Parameter(False, "Whether draws are to be recorded for all power ports.")}
    since = "0.1.0"
    bad = "Draws are required, and PSU1 and PSU2 of ams01-core-01 have none."
    good = "Draws are required, and the inlet of ams01-pdu-01, with 42 outlets behind it, has none."
    policy = {"required": True}

    def idle(self) -> str:
        return "" if self.values["required"] else "Draws need not be recorded (parameter required)."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        outlets = PowerOutlet.objects.filter(power_port=OuterRef("pk")).order_by()
        ports = components(PowerPort).filter(~Exists(outlets), allocated_draw__isnull=True, maximum_draw__isnull=True)
        devices = objects.filter(Exists(ports)).annotate(names=collect(ports, "name"))
        for row in self.rows(devices, "names"):
            ports_without = sorted(row["names"])
            yield self.finding(
                row,
                context,
                f"{len(ports_without)} power port{'s have' if len(ports_without) > 1 else ' has'} no draw.",
                details={"ports": ", ".join(ports_without)},
            )
