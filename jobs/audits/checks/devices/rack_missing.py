"""DCIM-DEVICE-012: no rack."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ....toolkit.checks import Context, DeviceCheck, Parameter
from ....toolkit.findings import Finding, Severity


class RackMissing(DeviceCheck):
    """Devices that stand nowhere, where all devices are to be in racks."""

    id = "DCIM-DEVICE-012"
    title = "No rack"
    severity = Severity.LOW
    description = (
        "The device is in no rack. Left alone are devices in a bay of another one, types without height, and, by "
        "default, devices with the status Planned or Inventory. Only asked where the parameter says that devices are to "
        "be in racks: access points and branch routers rarely are."
    )
    remedy = "Put the device into the rack and position where it stands."
    tags = ("rack", "policy")
    parameters = {
        "required": Parameter(False, "Whether all devices are to be in racks."),
        "except_roles": Parameter((), "Names of the roles of devices that need no rack."),
        "except_statuses": Parameter(
            ("Planned", "Inventory"), "Names of the statuses of devices that need no rack yet."
        ),
    }
    since = "0.1.0"
    bad = "Racks are required, and ams01-core-02, of 1 U, is in none."
    good = "Racks are required, and a blade in a bay of ams01-enc-01 is in none: its chassis is."
    policy = {"required": True}

    def idle(self) -> str:
        return "" if self.values["required"] else "Devices need not be in racks (parameter required)."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        devices = objects.filter(
            ~Q(role__name__in=list(self.values["except_roles"])),
            ~Q(status__name__in=list(self.values["except_statuses"])),
            rack__isnull=True,
            parent_bay__isnull=True,
            device_type__u_height__gt=0,
        )
        for row in self.rows(devices):
            yield self.finding(row, context, "The device is in no rack.")
