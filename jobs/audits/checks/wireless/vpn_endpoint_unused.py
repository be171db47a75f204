"""VPN-ENDPOINT-001: VPN tunnel endpoint of no tunnel."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.compat import lacks
from ....toolkit.findings import Finding, Severity
from ....toolkit.usage import unused


class VPNEndpointUnused(Check):
    """VPN tunnel endpoints that end nothing."""

    id = "VPN-ENDPOINT-001"
    title = "VPN tunnel endpoint of no tunnel"
    severity = Severity.LOW
    model = "vpn.vpntunnelendpoint"
    description = "The VPN tunnel endpoint is the end of no tunnel, and nothing else refers to it."
    remedy = "Add the tunnel, or delete the endpoint."
    tags = ("unused", "vpn")
    since = "0.1.0"
    bad = "The endpoint on den01-fw-01 is left over from a tunnel that was deleted."
    good = "The endpoint on nyc01-fw-01 is the end of one tunnel."

    def idle(self) -> str:
        """Older versions of Nautobot lack the model."""
        return lacks(self.model)

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Endpoints that nothing refers to."""
        for row in self.rows(objects.filter(unused(objects.model))):
            yield self.finding(row, context, "No tunnel ends here.")
