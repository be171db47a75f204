"""DCIM-CONTROLLER-003: managed device group without devices."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.dcim.models import Device

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity


class ManagedGroupEmpty(Check):
    """Managed device groups that manage nothing."""

    id = "DCIM-CONTROLLER-003"
    title = "Managed device group without devices"
    severity = Severity.LOW
    model = "dcim.controllermanageddevicegroup"
    description = (
        "No device is in the controller managed device group, and no other group is below it. What is assigned to it "
        "(wireless networks, radio profiles) is in use nowhere."
    )
    remedy = "Put the devices into the group, or delete it."
    tags = ("controller", "unused", "wireless")
    since = "0.1.0"
    bad = 'The group "AMS01 second floor" has no devices.'
    good = 'The group "EMEA" has none of its own, but a group for each site below it.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Groups without devices and without groups below."""
        devices = Device.objects.filter(controller_managed_device_group=OuterRef("pk")).order_by()
        below = objects.model.objects.without_tree_fields().filter(parent=OuterRef("pk")).order_by()
        for row in self.rows(objects.filter(~Exists(devices), ~Exists(below)), "controller__name"):
            details = {"controller": row["controller__name"]}
            yield self.finding(row, context, "No device is in the managed device group.", details=details)
