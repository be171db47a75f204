"""VPN-TUNNEL-002: VPN tunnel with both ends on one device."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.compat import lacks
from ....toolkit.findings import Finding, Severity


class VPNTunnelLoop(Check):
    """VPN tunnels that end where they begin."""

    id = "VPN-TUNNEL-002"
    title = "VPN tunnel with both ends on one device"
    severity = Severity.MEDIUM
    model = "vpn.vpntunnel"
    description = (
        "Both endpoints of the VPN tunnel are one, or are on the same device. Endpoints without a device are left "
        "alone."
    )
    remedy = "Set the endpoint of the other side."
    tags = ("vpn",)
    since = "0.1.0"
    bad = "Both ends of AMS01-NYC01 are on ams01-fw-01."
    good = "AMS01-NYC01 ends on ams01-fw-01 and nyc01-fw-01."

    def idle(self) -> str:
        """Older versions of Nautobot lack the model."""
        return lacks(self.model)

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Tunnels from a device to itself."""
        loop = Q(endpoint_a=F("endpoint_z")) | Q(endpoint_a__device=F("endpoint_z__device"))
        for row in self.rows(objects.filter(loop)):
            yield self.finding(row, context, "Both ends of the tunnel are on one device.")
