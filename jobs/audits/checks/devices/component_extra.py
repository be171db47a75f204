"""DCIM-COMPONENT-002: components that the type does not have."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Context, DeviceCheck
from ....toolkit.findings import Finding, Severity
from ._components import PORTS, columns, extra, named


class ComponentExtra(DeviceCheck):
    """Devices with physical ports that their device type does not have."""

    id = "DCIM-COMPONENT-002"
    title = "Components that the type does not have"
    severity = Severity.LOW
    description = (
        "The device has a physical interface, or a console, power, front or rear port, of a name for which its device "
        "type has no template, although it has templates of that kind. Ports of modules are left alone, as are virtual, "
        "LAG and wireless interfaces and those below another interface, lanes of broken out ports (Ethernet1/1 for "
        "Ethernet1), and renumbered ports of virtual chassis (ge-1/0/0 for ge-0/0/0). Such ports are typing errors, "
        "left from another device type, or hardware that nobody recorded as a module."
    )
    remedy = "Rename or delete the port, add it to the device type, or record the module that it is on."
    tags = ("components", "device type")
    since = "0.1.0"
    bad = "ams01-acc-01 has GigabitEthernet1/0/49; a Catalyst 9300-48P has 48 of them."
    good = "ams01-core-01 has Ethernet49/1 to Ethernet49/4, the lanes of Ethernet49; and Port-Channel1, a LAG."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        for row in self.rows(extra(objects), *columns(PORTS)):
            found = list(named(row, PORTS))
            if total := sum(number for _, number, _ in found):
                yield self.finding(
                    row,
                    context,
                    f"The device has {total} port{'s' if total > 1 else ''} that its device type does not have.",
                    details={label: text for label, _, text in found},
                )
