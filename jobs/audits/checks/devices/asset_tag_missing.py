"""DCIM-DEVICE-004: no asset tag."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ....toolkit.checks import Context, DeviceCheck, Parameter
from ....toolkit.findings import Finding, Severity
from ._duplicates import PLACEHOLDERS, folded
from ._hardware import is_electric


class AssetTagMissing(DeviceCheck):
    """Devices without an asset tag, where every device is to have one."""

    id = "DCIM-DEVICE-004"
    title = "No asset tag"
    severity = Severity.LOW
    description = (
        'The device has no asset tag, or a text that stands for none, such as "N/A". Left alone are passive devices, '
        "whose type has neither console, power nor interface ports nor bays for modules, and devices with the status "
        "Planned or Inventory. Only asked where the parameter says that devices are to have tags."
    )
    remedy = "Tag the device and record the tag."
    tags = ("asset", "inventory", "policy")
    parameters = {"required": Parameter(False, "Whether all devices are to have an asset tag.")}
    since = "0.1.0"
    bad = "Tags are required, and ams01-core-01 has none."
    good = "Tags are required, and ams01-pan-01, a patch panel, has none."
    policy = {"required": True}

    def idle(self) -> str:
        return "" if self.values["required"] else "Asset tags are not required (parameter required)."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        devices = objects.annotate(folded=folded("asset_tag")).filter(
            Q(folded=None) | Q(folded="") | Q(folded__in=PLACEHOLDERS), is_electric()
        )
        devices = devices.exclude(status__name__in=("Planned", "Inventory"))
        for row in self.rows(devices):
            yield self.finding(row, context, "The device has no asset tag.")
