"""DCIM-DEVICE-006: asset tag twice."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from nautobot.dcim.models import Device

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity
from ._duplicates import ASSET_TAGS, others


class AssetTagDuplicate(DeviceCheck):
    """Devices whose asset tag is also that of something else."""

    id = "DCIM-DEVICE-006"
    title = "Asset tag twice"
    severity = Severity.MEDIUM
    description = (
        "The asset tag of the device, case and outer blanks aside, is also that of another device, of a rack, of a "
        "module that is not in this device, or of an inventory item of another device. Nautobot itself refuses equal "
        'tags only within one model, and takes "A-100" and "a-100" for two. Texts that stand for no tag, such as '
        '"N/A", are left alone. A tag on two things identifies neither.'
    )
    remedy = "Read the tag off the hardware and correct the wrong record."
    tags = ("asset", "inventory")
    since = "0.1.0"
    bad = 'ams01-core-01 has the asset tag "A-100", and the rack AMS01-A01 has "a-100".'
    good = "ams01-core-01 and its supervisor, a module in it, share one tag: the chassis was tagged as a whole."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        also = others(Device, "asset_tag", ASSET_TAGS, context.user)
        for row in self.rows(objects.filter(pk__in=list(also)), "asset_tag"):
            yield self.finding(
                row,
                context,
                "The asset tag is also that of something else.",
                details={"asset tag": row["asset_tag"].strip(), "also on": also[row["pk"]]},
            )
