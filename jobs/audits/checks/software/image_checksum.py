"""DCIM-SOFTWARE-005: software image without checksum."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity


class ImageChecksum(Check):
    """Software image files that nobody can verify."""

    id = "DCIM-SOFTWARE-005"
    title = "Software image without checksum"
    severity = Severity.LOW
    model = "dcim.softwareimagefile"
    description = (
        "The software image file has no checksum. Files of versions with the status End-of-Life are left alone. An image "
        "that was damaged or exchanged on its way is found out only when a device does not boot."
    )
    remedy = "Record the checksum that the manufacturer publishes, and its hashing algorithm."
    tags = ("software",)
    since = "0.1.0"
    bad = "cat9k_iosxe.17.12.04.SPA.bin has no checksum."
    good = "cat9k_iosxe.17.12.04.SPA.bin has an SHA512 checksum."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        files = objects.filter(image_file_checksum="").exclude(software_version__status__name="End-of-Life")
        for row in self.rows(files):
            yield self.finding(row, context, "The image file has no checksum.")
