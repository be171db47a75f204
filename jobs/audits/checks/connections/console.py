"""DCIM-CONSOLE-001: no console connection."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from nautobot.dcim.models import ConsolePort

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity
from ._ports import why_not, without_connection


class ConsoleConnection(DeviceCheck):
    """Devices whose console nobody can reach."""

    id = "DCIM-CONSOLE-001"
    title = "No console connection"
    severity = Severity.HIGH
    description = (
        "The device has a console port, itself or on a module, or should have one by its device type or module types, "
        "and none of them is connected to a console server over cables with the status Connected. One connected port "
        "is enough. A virtual chassis needs one among all its members and is reported once, on its master. Devices "
        "without console ports, such as patch panels, are left alone. When the network is down, the console is the "
        "only way in."
    )
    remedy = (
        "Cable a console port to a console server and record the cable; set a planned cable to Connected once it is "
        "in place. Add the console port if it is missing in Nautobot, or correct the device type."
    )
    tags = ("console", "cabling")
    since = "0.1.0"
    bad = "The console port of nyc01-core-02 has no cable."
    good = "The console line of ams01-acc-03 runs over two patch panels and ends on a console server."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Devices without a connected console port, why included."""
        devices = without_connection(objects, ConsolePort, "console_port_templates")
        for row in self.rows(devices, "ports"):
            message, details = why_not(row, "console port")
            yield self.finding(row, context, message, details=details)
