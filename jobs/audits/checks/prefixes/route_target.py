"""IPAM-ROUTETARGET-001: unused route target."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.ipam.models import VRF

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity


class RouteTargetUnused(Check):
    """Route targets without routes."""

    id = "IPAM-ROUTETARGET-001"
    title = "Unused route target"
    severity = Severity.LOW
    model = "ipam.routetarget"
    description = (
        "No VRF imports the route target, and none exports it. One that is only imported, or only exported, is left "
        "alone: the other side may be a provider's or a customer's."
    )
    remedy = "Enter the route target at the VRFs that use it, or delete it."
    tags = ("vrf",)
    since = "0.1.0"
    bad = "The route target 65000:777 is neither imported nor exported."
    good = "The route target 65000:900 is exported by the VRF management."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Route targets that no VRF has."""
        users = [
            VRF.objects.filter(**{field: OuterRef("pk")}).order_by() for field in ("import_targets", "export_targets")
        ]
        targets = objects.filter(*(~Exists(vrfs) for vrfs in users))
        for row in self.rows(targets, "description"):
            yield self.finding(
                row,
                context,
                "No VRF imports or exports the route target.",
                details={"description": row["description"]},
            )
