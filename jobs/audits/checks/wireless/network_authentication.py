"""WIRELESS-NETWORK-003: wireless network with forbidden authentication."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity


class NetworkAuthentication(Check):
    """Wireless networks that are less protected than the policy wants."""

    id = "WIRELESS-NETWORK-003"
    title = "Wireless network with forbidden authentication"
    severity = Severity.HIGH
    model = "wireless.wirelessnetwork"
    description = (
        "The wireless network is enabled, and its authentication is one of those in the parameter `forbidden`, unless "
        "its SSID is in `except_ssids`. Off unless that names any. Policies differ: many guest networks are open, and "
        "have a portal."
    )
    remedy = "Change the authentication, or name the SSID as an exception."
    tags = ("access", "policy", "wireless")
    parameters = {
        "forbidden": Parameter((), 'Kinds of authentication that no network should have, such as "Open".'),
        "except_ssids": Parameter((), "SSIDs that may have them."),
    }
    since = "0.1.0"
    bad = '"Open" is forbidden. The network "scanners" is open.'
    good = '"Open" is forbidden. The network "guest" is open, and an exception.'
    policy = {"forbidden": ("Open",)}

    def idle(self) -> str:
        """Which authentication is good enough is a policy."""
        return "" if self.values["forbidden"] else "No authentication is forbidden."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Enabled networks with one of those."""
        forbidden = objects.filter(enabled=True, authentication__in=self.values["forbidden"])
        for row in self.rows(forbidden.exclude(ssid__in=self.values["except_ssids"]), "ssid", "authentication"):
            details = {"SSID": row["ssid"], "authentication": row["authentication"]}
            yield self.finding(
                row, context, "The authentication of the wireless network is forbidden.", details=details
            )
