"""DCIM-CONTROLLER-001: controller that runs nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity


class ControllerAlone(Check):
    """Controllers of which nobody knows what they are."""

    id = "DCIM-CONTROLLER-001"
    title = "Controller that runs nowhere"
    severity = Severity.MEDIUM
    model = "dcim.controller"
    description = (
        "The controller has the status Active, and neither a device nor a device redundancy group that it runs on, "
        "nor an external integration, by which controllers in a cloud are reached. Nobody can tell what to log in to."
    )
    remedy = "Set the device or the device redundancy group, or the external integration of a controller in a cloud."
    tags = ("controller", "wireless")
    since = "0.1.0"
    bad = "ams01-wlc is an active controller without device and integration."
    good = "The controller of the branches is a service of its vendor, reached by an external integration."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Active controllers without any of the three."""
        alone = objects.filter(
            status__name="Active",
            controller_device__isnull=True,
            controller_device_redundancy_group__isnull=True,
            external_integration__isnull=True,
        )
        for row in self.rows(alone):
            yield self.finding(row, context, "The controller has neither device, redundancy group nor integration.")
