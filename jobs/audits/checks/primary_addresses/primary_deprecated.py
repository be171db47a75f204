"""DCIM-PRIMARY-005: deprecated primary address."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ....toolkit.checks import Context, DeviceCheck, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.primary_addresses import DEPRECATED, FIELDS
from ._addresses import COLUMNS, details, with_candidates


class PrimaryAddressDeprecated(DeviceCheck):
    """Devices that are reached at an address about to go."""

    id = "DCIM-PRIMARY-005"
    title = "Deprecated primary address"
    severity = Severity.LOW
    description = (
        "A primary address of the device has the status Deprecated. Once the address is gone, the device cannot be "
        "reached under it."
    )
    remedy = "Set the address that replaces it as primary, or correct the status of the address."
    tags = ("address",)
    parameters = {"statuses": Parameter((DEPRECATED,), "Names of the statuses that an address should not have.")}
    since = "0.1.0"
    bad = "The primary address of nyc01-fw-02 has the status Deprecated."
    good = "The primary address has the status DHCP or Reserved."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Devices with a primary address that has one of the statuses."""
        statuses = self.values["statuses"]
        devices = objects.filter(Q(primary_ip4__status__name__in=statuses) | Q(primary_ip6__status__name__in=statuses))
        columns = [f"{field}__status__name" for field in FIELDS]
        for row in self.rows(with_candidates(devices, context.user), *COLUMNS, *columns):
            for field, label in FIELDS.items():
                status = row[f"{field}__status__name"]
                if status in statuses:
                    yield self.finding(
                        row,
                        context,
                        f"The {label} has the status {status}.",
                        key=field,
                        details=details(row, field),
                    )
