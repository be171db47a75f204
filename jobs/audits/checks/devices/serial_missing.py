"""DCIM-DEVICE-003: no serial number."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity
from ._duplicates import PLACEHOLDERS, folded
from ._hardware import is_electric


class SerialMissing(DeviceCheck):
    """Devices without a serial number."""

    id = "DCIM-DEVICE-003"
    title = "No serial number"
    severity = Severity.LOW
    description = (
        'The device has no serial number, or a text that stands for none, such as "N/A" and "unknown". Left alone are '
        "passive devices, whose type has neither console, power nor interface ports nor bays for modules, and devices "
        "with the status Planned or Inventory, which may not have been delivered. Nobody can open a support case, or "
        "prove ownership, without the number."
    )
    remedy = "Read the serial number off the hardware (`show inventory`) and record it."
    tags = ("serial", "inventory")
    since = "0.1.0"
    bad = 'den01-acc-01, an active EX4400-48T, has the serial number "N/A".'
    good = "ams01-pan-01 is a patch panel: panels have no serial number."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        devices = objects.annotate(folded=folded("serial")).filter(
            Q(folded="") | Q(folded__in=PLACEHOLDERS), is_electric()
        )
        devices = devices.exclude(status__name__in=("Planned", "Inventory"))
        for row in self.rows(devices, "serial"):
            yield self.finding(
                row, context, "The device has no serial number.", details={"serial": row["serial"].strip()}
            )
