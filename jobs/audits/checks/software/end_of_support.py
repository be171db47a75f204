"""DCIM-SOFTWARE-004: support of the software ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from ....toolkit.checks import Context, DeviceCheck, Parameter
from ....toolkit.findings import Finding, Severity


class SoftwareEndOfSupport(DeviceCheck):
    """Devices whose software will soon get no more updates."""

    id = "DCIM-SOFTWARE-004"
    title = "Support of the software ends"
    severity = Severity.MEDIUM
    description = (
        "The end of support of the device's software version is in the past, or at most the given number of days away. "
        "Versions without a date are left alone. It takes months to bring a fleet to another version."
    )
    remedy = "Plan to bring the device to a version that is supported for longer."
    tags = ("software", "lifecycle")
    parameters = {"days": Parameter(180, "How many days before the end of support a finding is due.")}
    since = "0.1.0"
    bad = "Support for 11.1.4, which runs on ams01-fw-01, ends in 60 days."
    good = "Support for 11.1.4, which runs on ams01-fw-01, ends in two years."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        today = timezone.localdate()
        devices = objects.filter(software_version__end_of_support_date__lte=today + timedelta(days=self.values["days"]))
        columns = ("software_version__platform__name", "software_version__version")
        for row in self.rows(devices, *columns, "software_version__end_of_support_date"):
            end = row["software_version__end_of_support_date"]
            ends = "ended" if end < today else "ends"
            yield self.finding(
                row,
                context,
                f"Support for version {row['software_version__version']} {ends} on {end.isoformat()}.",
                details={"platform": row["software_version__platform__name"]},
            )
