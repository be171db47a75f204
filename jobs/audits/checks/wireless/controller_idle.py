"""DCIM-CONTROLLER-002: controller that manages nothing."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.dcim.models import Device

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity


class ControllerIdle(Check):
    """Controllers without devices to control."""

    id = "DCIM-CONTROLLER-002"
    title = "Controller that manages nothing"
    severity = Severity.LOW
    model = "dcim.controller"
    description = (
        "The controller has the status Active, and no device is in any of its managed device groups. Its access "
        "points, or leaf switches, cannot be told from those of another one."
    )
    remedy = "Put the devices into a managed device group of the controller."
    tags = ("controller", "wireless")
    since = "0.1.0"
    bad = "ams01-wlc has the group AMS01, which is empty."
    good = "nyc01-wlc has two groups, one of them with devices."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Active controllers without a managed device."""
        managed = Device.objects.filter(controller_managed_device_group__controller=OuterRef("pk")).order_by()
        for row in self.rows(objects.filter(~Exists(managed), status__name="Active")):
            yield self.finding(row, context, "No device is in a managed device group of the controller.")
