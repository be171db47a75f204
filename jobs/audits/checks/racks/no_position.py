"""DCIM-RACK-004: in a rack without position."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity


class NoPosition(DeviceCheck):
    """Devices that are somewhere in a rack."""

    id = "DCIM-RACK-004"
    title = "In a rack without position"
    severity = Severity.LOW
    description = (
        "The device is in a rack and has no position, although its type is at least 1 U high. Left alone are types "
        "without height, such as vertical PDUs, types for device bays, and devices in a bay of another one. Its units "
        "count as free, and the next device is planned into them."
    )
    remedy = "Record position and face, or set the height of the type to 0 if it takes up no units."
    tags = ("rack",)
    since = "0.1.0"
    bad = "ams01-core-01, 1 U high, is in the rack AMS01-A01 at no position."
    good = "ams01-pdu-01, a vertical PDU of 0 U, is in the rack AMS01-A01 at no position."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        devices = objects.filter(
            Q(position__isnull=True) | Q(position=0),
            rack__isnull=False,
            parent_bay__isnull=True,
            device_type__u_height__gte=1,
        ).exclude(device_type__subdevice_role="child")
        for row in self.rows(devices, "rack__name"):
            yield self.finding(
                row, context, "The device has no position in its rack.", details={"rack": row["rack__name"]}
            )
