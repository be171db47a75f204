"""VIRTUALIZATION-VM-001: no interface."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._machines import interfaces, with_cluster


class MachineWithoutInterface(Check):
    """Virtual machines without a network."""

    id = "VIRTUALIZATION-VM-001"
    title = "Virtual machine without interface"
    severity = Severity.LOW
    model = "virtualization.virtualmachine"
    description = (
        "The virtual machine has no interface. Its addresses and VLANs cannot be recorded, and nobody can reach it by "
        "what Nautobot says."
    )
    remedy = "Record its interfaces."
    tags = ("virtualization",)
    since = "0.1.0"
    bad = "ams01-vm-new-01 was created with name and cluster only."
    good = "ams01-vm-dns-01 has the interface eth0."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Virtual machines without any interface."""
        machines = objects.filter(~Exists(interfaces()))
        for row in self.rows(with_cluster(machines, context.user), "cluster_name"):
            yield self.finding(
                row, context, "The virtual machine has no interface.", details={"cluster": row["cluster_name"] or ""}
            )
