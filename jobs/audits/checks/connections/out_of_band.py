"""DCIM-OOB-001: no out-of-band connection."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from nautobot.dcim.models import Interface

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity
from ._ports import why_not, without_connection


class OutOfBandConnection(DeviceCheck):
    """Devices whose management ports lead nowhere."""

    id = "DCIM-OOB-001"
    title = "No out-of-band connection"
    severity = Severity.MEDIUM
    description = (
        "The device has a management-only interface, itself or on a module, or should have one by its device type or "
        "module types, and none of them is connected over cables with the status Connected. A device whose "
        "management-only interfaces are all disabled is managed in band and left alone, as is one without any. A "
        "virtual chassis needs one among all its members and is reported once, on its master. Without an out-of-band "
        "connection a mistake in the production network also cuts off those who could correct it."
    )
    remedy = (
        "Cable the management interface to the out-of-band network and record the cable; set a planned cable to "
        "Connected once it is in place. Disable the interface in Nautobot if the device is managed in band."
    )
    tags = ("out-of-band", "cabling")
    since = "0.1.0"
    bad = "The management interface fxp0 of sin01-wan-02 has no cable."
    good = "The second member of a stack has no cable on its management interface; that of the first has one."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Devices without a connected management interface, why included."""
        devices = without_connection(
            objects, Interface, "interface_templates", kind={"mgmt_only": True}, in_use={"enabled": True}
        )
        for row in self.rows(devices, "ports"):
            message, details = why_not(row, "management interface")
            yield self.finding(row, context, message, details=details)
