"""DCIM-SOFTWARE-003: software at its end of life."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Context, DeviceCheck, Parameter
from ....toolkit.findings import Finding, Severity


class SoftwareEndOfLife(DeviceCheck):
    """Devices with software that is not to be used any more."""

    id = "DCIM-SOFTWARE-003"
    title = "Software at its end of life"
    severity = Severity.HIGH
    description = (
        "The software version of the device has one of the given statuses. No more security updates come for it, or it "
        "was withdrawn."
    )
    remedy = "Bring the device to a supported version, and record it."
    tags = ("software", "lifecycle")
    parameters = {
        "statuses": Parameter(("End-of-Life", "Deprecated"), "Names of the statuses of versions not to be used."),
    }
    since = "0.1.0"
    bad = "sin01-core-02 has the software version 4.20.15M, with the status End-of-Life."
    good = "sin01-core-01 has the software version 4.32.2F, with the status Active."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        devices = objects.filter(software_version__status__name__in=list(self.values["statuses"]))
        columns = ("software_version__platform__name", "software_version__version", "software_version__status__name")
        for row in self.rows(devices, *columns):
            yield self.finding(
                row,
                context,
                f"Software version {row['software_version__version']} has the status {row['software_version__status__name']}.",
                details={"platform": row["software_version__platform__name"]},
            )
