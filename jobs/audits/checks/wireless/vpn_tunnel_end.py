"""VPN-TUNNEL-001: VPN tunnel without both ends."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.compat import lacks
from ....toolkit.findings import Finding, Severity


class VPNTunnelEnd(Check):
    """VPN tunnels that lead nowhere."""

    id = "VPN-TUNNEL-001"
    title = "VPN tunnel without both ends"
    severity = Severity.MEDIUM
    model = "vpn.vpntunnel"
    description = (
        "The VPN tunnel has the status Active, and one of its endpoints, or both, is missing. An end at a partner is "
        "recorded as well: by its address or name, without a device."
    )
    remedy = "Add the endpoint."
    tags = ("vpn",)
    since = "0.1.0"
    bad = "The tunnel AMS01-AWS has an endpoint A, and no Z."
    good = "The tunnel AMS01-NYC01 has no ends, but is planned."

    def idle(self) -> str:
        """Older versions of Nautobot lack the model."""
        return lacks(self.model)

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Active tunnels without an endpoint A or Z."""
        incomplete = objects.filter(Q(endpoint_a__isnull=True) | Q(endpoint_z__isnull=True), status__name="Active")
        for row in self.rows(incomplete, "endpoint_a", "endpoint_z"):
            missing = ", ".join(end.upper() for end in "az" if not row[f"endpoint_{end}"])
            yield self.finding(row, context, "The tunnel does not have both ends.", details={"missing": missing})
