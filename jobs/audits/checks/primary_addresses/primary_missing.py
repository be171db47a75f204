"""DCIM-PRIMARY-001: no primary address."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity
from ....toolkit.primary_addresses import is_missing
from ._addresses import COLUMNS, candidate_names, with_candidates


class PrimaryAddressMissing(DeviceCheck):
    """Devices that nobody knows how to reach."""

    id = "DCIM-PRIMARY-001"
    title = "No primary address"
    severity = Severity.MEDIUM
    description = (
        "The device has neither a primary IPv4 nor a primary IPv6 address. A virtual chassis needs one among all its "
        "members and is reported once, on its master. Devices that cannot have an address because neither they nor "
        "their modules, nor the types of these, have an interface (such as patch panels) are left alone. Automation "
        "and monitoring reach a device by its primary address."
    )
    remedy = (
        "Set the primary address: one of the candidates, or a new address assigned to an interface of the device. "
        "Exempt the role if such devices are not managed over the network."
    )
    tags = ("address",)
    since = "0.1.0"
    bad = "lon01-acc-02 has 10.17.10.15/24 on its management interface, and no primary address."
    good = "The second member of a stack has none; the master has one."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Devices, or virtual chassis by their master, without any primary address."""
        devices = objects.filter(is_missing())
        for row in self.rows(with_candidates(devices, context.user), *COLUMNS):
            candidates = candidate_names(row)
            yield self.finding(row, context, "The device has no primary address.", details={"candidates": candidates})
