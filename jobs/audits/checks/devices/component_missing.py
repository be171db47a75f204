"""DCIM-COMPONENT-001: components missing."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity
from ._components import KINDS, columns, missing, named


class ComponentMissing(DeviceCheck):
    """Devices that lack ports or bays of their device type."""

    id = "DCIM-COMPONENT-001"
    title = "Components missing"
    severity = Severity.MEDIUM
    description = (
        "The device type has a template for a port or bay, and the device has no component of that name, itself or on a "
        "module. On members of a virtual chassis the first number of a name may differ: ge-1/0/0 stands for ge-0/0/0. "
        "Where a port is broken out its lanes stand for it: Ethernet1/1 or xe-0/0/1:0. Nautobot makes components when a "
        "device is made, and never again: templates added later do not reach existing devices. What is missing cannot be "
        "cabled, configured or counted as free."
    )
    remedy = "Add the missing components; delete the template if the hardware does not have the port."
    tags = ("components", "device type")
    since = "0.1.0"
    bad = "mex01-acc-01 has no interface 16, which every Aruba 2930F 24G has."
    good = "nyc01-acc-02 is the second member of a stack: its ge-1/0/0 is the ge-0/0/0 of its type."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        for row in self.rows(missing(objects), *columns(KINDS)):
            found = list(named(row, KINDS))
            if total := sum(number for _, number, _ in found):
                yield self.finding(
                    row,
                    context,
                    f"The device lacks {total} component{'s' if total > 1 else ''} of its device type.",
                    details={label: text for label, _, text in found},
                )
