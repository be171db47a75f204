"""VIRTUALIZATION-VM-003: no primary address."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, Q, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._machines import assignments, candidate_names, with_candidates


class MachinePrimaryMissing(Check):
    """Virtual machines that nobody knows how to reach."""

    id = "VIRTUALIZATION-VM-003"
    title = "Virtual machine without primary address"
    severity = Severity.MEDIUM
    model = "virtualization.virtualmachine"
    description = (
        "The virtual machine has addresses on its interfaces, but neither a primary IPv4 nor a primary IPv6 address. "
        "Automation and monitoring reach it by its primary address."
    )
    remedy = "Set one of the candidates as primary."
    tags = ("virtualization", "address")
    since = "0.1.0"
    bad = "nyc01-vm-mon-01 has 10.32.20.14/24 on eth0, and no primary address."
    good = "ams01-vm-dns-01 has 10.16.20.11/24 on eth0, which is its primary address."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Virtual machines with addresses, none of which is primary."""
        machines = objects.filter(Q(primary_ip4=None, primary_ip6=None), Exists(assignments()))
        for row in self.rows(with_candidates(machines, context.user), "candidates"):
            yield self.finding(
                row,
                context,
                "The virtual machine has no primary address.",
                details={"candidates": candidate_names(row)},
            )
