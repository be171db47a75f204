"""DCIM-COMPONENT-003: components of another type."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity
from ._components import PORTS, columns, different, named


class ComponentDifferent(DeviceCheck):
    """Devices with ports of another kind than their device type says."""

    id = "DCIM-COMPONENT-003"
    title = "Components of another type"
    severity = Severity.LOW
    description = (
        "A port of the device has the name of a template of its device type and another type than the template. "
        "Templates without a type say nothing; interface templates for transceivers, such as 10gbase-x-sfpp, are left "
        "alone, because what is plugged in decides about the type. Ports of modules are left alone. Speeds, spare ports "
        "and cable types are counted by these types."
    )
    remedy = "Correct the type of the port, or of the template if all devices of that type have it so."
    tags = ("components", "device type")
    since = "0.1.0"
    bad = "The interface mgmt0 of ams01-core-01 has the type 10gbase-t, the template 1000base-t."
    good = "Ethernet1 of ams01-core-01 has the type 1000base-t; its template is 10gbase-x-sfpp, a cage that takes a copper SFP."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        for row in self.rows(different(objects), *columns(PORTS)):
            found = list(named(row, PORTS))
            if total := sum(number for _, number, _ in found):
                yield self.finding(
                    row,
                    context,
                    f"{total} port{'s have' if total > 1 else ' has'} another type than the device type says.",
                    details={label: text for label, _, text in found},
                )
