"""CLOUD-NETWORK-001: cloud network with nothing in it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.compat import lacks
from ....toolkit.findings import Finding, Severity
from ....toolkit.usage import unused


class CloudNetworkEmpty(Check):
    """Cloud networks without addresses."""

    id = "CLOUD-NETWORK-001"
    title = "Cloud network with nothing in it"
    severity = Severity.LOW
    model = "cloud.cloudnetwork"
    description = (
        "The cloud network has no prefix, no cloud service and no network below it, and nothing else refers to it."
    )
    remedy = "Assign its prefixes, or delete it."
    tags = ("cloud", "unused")
    since = "0.1.0"
    bad = "The VPC prod-2 has no prefix."
    good = "The VPC prod-1 has none of its own, but subnets below it."

    def idle(self) -> str:
        """Older versions of Nautobot lack the model."""
        return lacks(self.model)

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Networks without prefixes that nothing refers to."""
        networks = objects.filter(unused(objects.model), prefixes__isnull=True)
        for row in self.rows(networks, "cloud_account__name"):
            details = {"account": row["cloud_account__name"]}
            yield self.finding(
                row, context, "The cloud network has no prefix, no service and no network below it.", details=details
            )
