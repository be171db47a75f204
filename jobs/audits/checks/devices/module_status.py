"""DCIM-DEVICE-013: module and device contradict each other."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.compat import module_device_value
from ....toolkit.findings import Finding, Severity

_IN_STOCK = "Inventory"
_NOT_BUILT = (_IN_STOCK, "Planned")


class ModuleStatus(Check):
    """Modules whose status cannot be true in the device that they are in."""

    id = "DCIM-DEVICE-013"
    title = "Status of module and device contradict"
    severity = Severity.LOW
    model = "dcim.module"
    description = (
        "The module has the status Inventory, in stock, and is in a bay of a device that has not; or it is Active in a "
        "device that is Inventory or Planned. Modules that are planned for, or failed in, an active device are right. "
        "One of the two records is behind."
    )
    remedy = "Set the status that is true, or take the module out of the bay."
    any_status = True
    tags = ("status", "module")
    since = "0.1.0"
    bad = "The supervisor in ams01-dist-01, which is Active, has the status Inventory."
    good = "A line card with the status Planned is in a bay of ams01-dist-01, which is Active."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        modules = objects.annotate(device_status=module_device_value("status__name")).filter(
            (Q(status__name=_IN_STOCK) & Q(device_status__isnull=False) & ~Q(device_status=_IN_STOCK))
            | Q(status__name="Active", device_status__in=_NOT_BUILT)
        )
        for row in self.rows(modules, "status__name", "device_status"):
            yield self.finding(
                row,
                context,
                f"The module is {row['status__name']}, its device {row['device_status']}.",
                details={"module": row["status__name"], "device": row["device_status"]},
            )
