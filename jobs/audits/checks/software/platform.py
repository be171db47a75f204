"""DCIM-SOFTWARE-002: software of another platform."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q, QuerySet

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity


class SoftwarePlatform(DeviceCheck):
    """Devices on which, as recorded, the software of another platform runs."""

    id = "DCIM-SOFTWARE-002"
    title = "Software of another platform"
    severity = Severity.MEDIUM
    description = (
        "The software version of the device is one of another platform than the device's own. Nautobot accepts that. "
        "Devices without a platform are left alone. Automation picks its driver by the platform and its image by the "
        "version, and one of the two is wrong."
    )
    remedy = "Correct the platform of the device, or its software version."
    tags = ("software", "platform")
    since = "0.1.0"
    bad = "ams01-core-01 has the platform Arista EOS and the software version 17.12.4 of Cisco IOS XE."
    good = "ams01-core-01 has the platform Arista EOS and the software version 4.32.2F of Arista EOS."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        devices = objects.filter(
            ~Q(software_version__platform=F("platform")), software_version__isnull=False, platform__isnull=False
        )
        columns = ("platform__name", "software_version__version", "software_version__platform__name")
        for row in self.rows(devices, *columns):
            yield self.finding(
                row,
                context,
                f"The device runs {row['software_version__platform__name']}, its platform is {row['platform__name']}.",
                details={"platform": row["platform__name"], "software version": row["software_version__version"]},
            )
