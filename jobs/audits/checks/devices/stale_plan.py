"""DCIM-DEVICE-009: planned for too long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from ....toolkit.checks import Context, DeviceCheck, Parameter
from ....toolkit.findings import Finding, Severity


class StalePlan(DeviceCheck):
    """Devices that were to be built and were forgotten."""

    id = "DCIM-DEVICE-009"
    title = "Planned for too long"
    severity = Severity.LOW
    description = (
        "The device has one of the given statuses, and nobody has changed its record for the given number of days. "
        "It was built without a word, or never will be; meanwhile it holds addresses, ports and rack units."
    )
    remedy = "Set the status to Active if the device is in use, delete it if it will not come, or put the plan off."
    any_status = True
    tags = ("status",)
    parameters = {
        "days": Parameter(90, "After how many days without a change a plan is stale."),
        "statuses": Parameter(("Planned", "Staged"), "Names of the statuses of devices that are to be built."),
    }
    since = "0.1.0"
    bad = "ams01-core-03 has the status Planned and was last changed 200 days ago."
    good = "syd01-core-01 has the status Planned and was changed last week."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        limit = timezone.now() - timedelta(days=self.values["days"])
        # The change log knows when the status was set, but is kept for 90 days by default, and has no index for it.
        devices = objects.annotate(changed=Coalesce("last_updated", "created")).filter(
            status__name__in=list(self.values["statuses"]), changed__lt=limit
        )
        for row in self.rows(devices, "status__name", "changed"):
            yield self.finding(
                row,
                context,
                f"{row['status__name']}, and unchanged for more than {self.values['days']} days.",
                details={"status": row["status__name"], "last changed": row["changed"].date().isoformat()},
            )
