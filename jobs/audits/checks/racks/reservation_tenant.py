"""DCIM-RACK-007: reserved units in use by another tenant."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from nautobot.dcim.models import Device

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect, may_view
from ._units import mounted, units


class ReservationTenant(Check):
    """Reservations of units in which another tenant already has a device."""

    id = "DCIM-RACK-007"
    title = "Reserved units in use by another tenant"
    severity = Severity.MEDIUM
    model = "dcim.rackreservation"
    description = (
        "The reservation has a tenant, and a device of another tenant takes up one of its units. Devices without a "
        "tenant are left alone, as are reservations without one. Somebody built into space that was promised to "
        "somebody else."
    )
    remedy = "Move the device, correct its tenant, or take the units out of the reservation."
    tags = ("rack", "reservation", "tenant")
    since = "0.1.0"
    bad = "U10 to U12 of AMS01-A01 are reserved for Research, and ams01-srv-01, of Retail, is at U12."
    good = "U10 to U12 of AMS01-A01 are reserved for Research, and ams01-srv-01, of Research, is at U12."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        devices = mounted(Device.objects.filter(rack=OuterRef("rack"), tenant__isnull=False)).order_by()
        devices = devices.exclude(tenant=OuterRef("tenant"))
        reservations = objects.filter(Exists(devices), tenant__isnull=False).annotate(
            devices=collect(
                devices,
                JSONObject(name="name", bottom="position", top="top", visible=may_view(context.user, Device)),
            )
        )
        # Units are a JSON list, which PostgreSQL and MySQL take apart in different ways; there are few reservations.
        for row in self.rows(reservations, "units", "rack__name", "devices"):
            reserved = set(row["units"])
            taken, names = set(), set()
            for device in row["devices"] or ():
                if occupied := reserved & set(range(device["bottom"], device["top"] + 1)):
                    taken |= occupied
                    names |= {device["name"] if device["visible"] else None}
            if taken:
                yield self.finding(
                    row,
                    context,
                    f"{units(taken)} in use by another tenant than the reservation's.",
                    details={"rack": row["rack__name"], "devices": ", ".join(sorted(filter(None, names)))},
                )
