"""DCIM-DEVICE-010: location that takes no devices."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from nautobot.dcim.models import Device, LocationType

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity


class LocationTypeWithoutDevices(DeviceCheck):
    """Devices where, by the type of the location, no devices can be."""

    id = "DCIM-DEVICE-010"
    title = "Location that takes no devices"
    severity = Severity.MEDIUM
    description = (
        "The type of the device's location does not list devices among its content types. That happens when the type "
        "is narrowed, or a location gets another type, while devices are there. Nautobot then refuses every later "
        "change of the device, whatever it is about."
    )
    remedy = "Move the device to the location it stands in, or add devices to the content types of the location type."
    tags = ("location",)
    since = "0.1.0"
    bad = 'ams01-core-01 is in the location EMEA, of the type Region, which only has the content type "prefix".'
    good = 'ams01-core-01 is in AMS01-A, of the type Room, which has the content types "rack" and "device".'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        takes = LocationType.objects.filter(content_types=ContentType.objects.get_for_model(Device)).order_by()
        devices = objects.exclude(location__location_type__in=takes.values("pk"))
        for row in self.rows(devices, "location__location_type__name"):
            kind = row["location__location_type__name"]
            yield self.finding(
                row, context, f"Locations of the type {kind} do not take devices.", details={"location type": kind}
            )
