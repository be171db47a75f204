"""DCIM-DEVICE-007: no platform."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, Q, QuerySet
from nautobot.dcim.models import Interface, InterfaceTemplate

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.compat import components
from ....toolkit.findings import Finding, Severity


class PlatformMissing(DeviceCheck):
    """Devices of which automation does not know what runs on them."""

    id = "DCIM-DEVICE-007"
    title = "No platform"
    severity = Severity.MEDIUM
    description = (
        "The device has interfaces, itself, on a module or by its device type, and no platform. Devices without "
        "interfaces, such as patch panels and plain PDUs, run no software that anybody reaches. Without a platform no "
        "driver is chosen for the device: backups, configuration and discovery leave it out, mostly without a word."
    )
    remedy = "Set the platform of the device."
    tags = ("platform", "automation")
    since = "0.1.0"
    bad = "muc01-con-01, a console server with two interfaces, has no platform."
    good = "ams01-pan-01, a patch panel with front and rear ports only, has no platform."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        types = InterfaceTemplate.objects.exclude(device_type=None).order_by().values("device_type")
        devices = objects.filter(
            Q(device_type__in=types) | Q(Exists(components(Interface))),
            platform__isnull=True,
        )
        for row in self.rows(devices):
            yield self.finding(row, context, "The device has interfaces and no platform.")
