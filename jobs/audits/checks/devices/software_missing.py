"""DCIM-DEVICE-008: no software version."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.dcim.models import Device

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity


class SoftwareMissing(DeviceCheck):
    """Devices without the software version that their like have."""

    id = "DCIM-DEVICE-008"
    title = "No software version"
    severity = Severity.LOW
    description = (
        "The device has a platform and no software version, although another device of that platform and with the "
        "same role has one. Where no versions are recorded at all, none is missing; devices with the status Planned or "
        "Inventory run nothing yet. A device without a version is missing from every answer to a security advisory."
    )
    remedy = "Record the software version that runs on the device."
    tags = ("software",)
    since = "0.1.0"
    bad = "ams01-acc-01 and ams01-acc-02 are Access Switches with Cisco IOS XE; the first has 17.12.4, the second none."
    good = "No device with the platform APC AOS has a software version: they are not tracked for PDUs."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        alike = Device.objects.filter(
            platform=OuterRef("platform"), role=OuterRef("role"), software_version__isnull=False
        ).order_by()
        devices = objects.filter(Exists(alike), software_version__isnull=True, platform__isnull=False)
        devices = devices.exclude(status__name__in=("Planned", "Inventory"))
        for row in self.rows(devices, "platform__name"):
            yield self.finding(
                row,
                context,
                "The device has no software version, others with its platform and role have one.",
                details={"platform": row["platform__name"]},
            )
