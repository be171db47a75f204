"""WIRELESS-AP-001: access point in no managed device group."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.dcim.constants import WIRELESS_IFACE_TYPES
from nautobot.dcim.models import Device, Interface

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.compat import components
from ....toolkit.findings import Finding, Severity


class AccessPointUnmanaged(DeviceCheck):
    """Access points that their controller does not know."""

    id = "WIRELESS-AP-001"
    title = "Access point in no managed device group"
    severity = Severity.MEDIUM
    description = (
        "The device has a wireless interface and is in no controller managed device group, although other devices of "
        "the same type are. Types of which no device is managed (autonomous access points, routers with a radio) are "
        "left alone. No wireless network can be told to be broadcast by it."
    )
    remedy = "Put the device into the managed device group of its controller."
    tags = ("controller", "wireless")
    since = "0.1.0"
    bad = "ams01-ap-07 is in no group; ams01-ap-01 to -06, of the same type, are in AMS01."
    good = "muc01-wan-01 has a radio, but no device of its type is managed by a controller."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Devices with a radio, of types that are managed elsewhere."""
        radios = components(Interface).filter(type__in=WIRELESS_IFACE_TYPES)
        alike = Device.objects.filter(
            device_type=OuterRef("device_type"), controller_managed_device_group__isnull=False
        )
        unmanaged = objects.filter(
            Exists(alike.order_by()), Exists(radios), controller_managed_device_group__isnull=True
        )
        for row in self.rows(unmanaged):
            yield self.finding(row, context, "The access point is in no managed device group.")
