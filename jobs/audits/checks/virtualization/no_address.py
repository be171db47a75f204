"""VIRTUALIZATION-VM-002: no address."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, Q, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._machines import assignments, interfaces, with_cluster


class MachineWithoutAddress(Check):
    """Virtual machines that cannot be reached."""

    id = "VIRTUALIZATION-VM-002"
    title = "Virtual machine without address"
    severity = Severity.LOW
    model = "virtualization.virtualmachine"
    description = (
        "The virtual machine has interfaces that are not disabled, but no address on any interface, and no primary "
        "address. Its address looks free and will be given to another one."
    )
    remedy = "Assign its addresses to its interfaces, and set the primary one."
    tags = ("virtualization", "address")
    since = "0.1.0"
    bad = "ams01-vm-new-01 has the interface eth0, and no address."
    good = "ams01-vm-dns-01 has 10.16.20.11/24 on eth0; the only interface of ams01-vm-lab-01 is disabled."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Virtual machines with enabled interfaces, none of which has an address."""
        machines = objects.filter(
            ~Exists(assignments()),
            Exists(interfaces().filter(enabled=True)),
            Q(primary_ip4=None, primary_ip6=None),
        )
        for row in self.rows(with_cluster(machines, context.user), "cluster_name"):
            yield self.finding(
                row, context, "The virtual machine has no address.", details={"cluster": row["cluster_name"] or ""}
            )
