"""DCIM-PRIMARY-003: primary address on no interface."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity
from ....toolkit.primary_addresses import FIELDS, is_nowhere
from ....toolkit.queries import truth
from ._addresses import COLUMNS, details, with_candidates


class PrimaryAddressUnassigned(DeviceCheck):
    """Devices whose primary address is on no interface."""

    id = "DCIM-PRIMARY-003"
    title = "Primary address on no interface"
    severity = Severity.MEDIUM
    description = (
        "A primary address of the device is assigned to no interface at all, and neither is its inside address of NAT, "
        "if it has one. Nautobot does not allow this to be set, but it remains behind when an assignment is removed "
        "by import or by code. Nobody can tell which port the address belongs to, and it looks free."
    )
    remedy = "Assign the address to the interface that has it, or set one of the device's own addresses as primary."
    tags = ("address",)
    since = "0.1.0"
    bad = "The primary address of mex01-acc-01, 10.34.10.99/24, is on no interface."
    good = "The primary address is the outside of NAT, and the inside is on an interface of the device."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Devices with a primary address that is assigned to nothing."""
        devices = objects.annotate(**{f"{field}_nowhere": truth(is_nowhere(field)) for field in FIELDS}).filter(
            Q(primary_ip4_nowhere=True) | Q(primary_ip6_nowhere=True)
        )
        columns = [f"{field}_nowhere" for field in FIELDS]
        for row in self.rows(with_candidates(devices, context.user), *COLUMNS, *columns):
            for field, label in FIELDS.items():
                if row[f"{field}_nowhere"]:
                    yield self.finding(
                        row,
                        context,
                        f"The {label} is assigned to no interface.",
                        key=field,
                        details=details(row, field),
                    )
