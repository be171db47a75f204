"""DCIM-PRIMARY-002: primary address of another device."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity
from ....toolkit.primary_addresses import FIELDS, is_elsewhere
from ....toolkit.queries import truth
from ._addresses import COLUMNS, details, holders, with_candidates


class PrimaryAddressForeign(DeviceCheck):
    """Devices that are reached at the address of another."""

    id = "DCIM-PRIMARY-002"
    title = "Primary address of another device"
    severity = Severity.HIGH
    description = (
        "A primary address of the device is assigned to interfaces of other devices or virtual machines and to none of "
        "its own. Interfaces of its modules and of the members of its virtual chassis are its own; so is the outside "
        "address of NAT for an inside address of its own. Automation that means this device configures the other one."
    )
    remedy = "Set one of the device's own addresses as primary, or assign the address to the interface that has it."
    tags = ("address",)
    since = "0.1.0"
    bad = "The primary address of tyo01-acc-01, 10.49.10.15/24, is on an interface of tyo01-acc-02."
    good = "The primary address of a chassis is on an interface of its supervisor, which is a module."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Devices with a primary address that is assigned, but not to them."""
        devices = objects
        for field in FIELDS:
            in_devices, in_machines = holders(field, context.user)
            devices = devices.annotate(
                **{
                    f"{field}_elsewhere": truth(is_elsewhere(field)),
                    f"{field}_devices": in_devices,
                    f"{field}_machines": in_machines,
                }
            )
        devices = devices.filter(Q(primary_ip4_elsewhere=True) | Q(primary_ip6_elsewhere=True))
        columns = [f"{field}_{name}" for field in FIELDS for name in ("elsewhere", "devices", "machines")]
        for row in self.rows(with_candidates(devices, context.user), *COLUMNS, *columns):
            for field, label in FIELDS.items():
                if row[f"{field}_elsewhere"]:
                    holding = {*(row[f"{field}_devices"] or ()), *(row[f"{field}_machines"] or ())}
                    yield self.finding(
                        row,
                        context,
                        f"The {label} is assigned to another device.",
                        key=field,
                        details=details(row, field, **{"assigned to": ", ".join(sorted(filter(None, holding)))}),
                    )
