"""VIRTUALIZATION-VM-007: no resources."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._machines import with_cluster

_FIELDS = {"vcpus": "virtual CPUs", "memory": "memory", "disk": "disk"}


class MachineZero(Check):
    """Virtual machines that run on nothing."""

    id = "VIRTUALIZATION-VM-007"
    title = "Virtual machine with zero resources"
    severity = Severity.LOW
    model = "virtualization.virtualmachine"
    description = (
        "The virtual machine has 0 virtual CPUs, 0 MB of memory or 0 GB of disk. Where the number is not known, the field "
        "should be empty: 0 makes sums and averages wrong without a trace."
    )
    remedy = "Enter the number, or clear the field."
    tags = ("virtualization", "capacity")
    since = "0.1.0"
    bad = "ams01-vm-new-01 has 4 virtual CPUs, 8192 MB of memory and 0 GB of disk."
    good = "ams01-vm-new-02 has 4 virtual CPUs and 8192 MB of memory; its disk is empty in Nautobot."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Virtual machines with a zero in one of the fields."""
        machines = objects.filter(Q(vcpus=0) | Q(memory=0) | Q(disk=0))
        for row in self.rows(with_cluster(machines, context.user), *_FIELDS, "cluster_name"):
            zero = [label for field, label in _FIELDS.items() if row[field] == 0]
            yield self.finding(
                row,
                context,
                f"The virtual machine has 0 {' and 0 '.join(zero)}.",
                details={"cluster": row["cluster_name"] or ""},
            )
