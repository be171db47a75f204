"""DCIM-RACK-003: devices in the same rack units."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, QuerySet

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity
from ._units import in_the_way, listed, mounted, visible_names


class RackOverlap(DeviceCheck):
    """Devices that are where another one is."""

    id = "DCIM-RACK-003"
    title = "Devices in the same rack units"
    severity = Severity.MEDIUM
    description = (
        "The device takes up a rack unit that another one takes up as well: on the same face, or on any face if one of "
        "the two has full depth. Nautobot refuses that for a single device, but not when a device type gets higher or "
        "deeper, or on imports. Elevations show one of the two, and free units are counted wrongly."
    )
    remedy = "Correct the positions, or the heights and depths of the device types."
    tags = ("rack",)
    since = "0.1.0"
    bad = "ams01-dist-01, 6 U high, is at U10 of AMS01-A01, and ams01-core-01 at U12."
    good = "Two shallow patch panels are at U10 of AMS01-A01, one on the front and one on the rear."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        others = in_the_way()
        devices = mounted(objects).filter(Exists(others)).annotate(names=visible_names(others, context.user))
        for row in self.rows(devices, "position", "top", "face", "rack__name", "names"):
            units = f"U{row['position']}" if row["top"] == row["position"] else f"U{row['position']} to U{row['top']}"
            yield self.finding(
                row,
                context,
                f"Another device is in {units} of the rack as well.",
                details={"rack": row["rack__name"], "face": row["face"], "also there": listed(row["names"])},
            )
