"""WIRELESS-NETWORK-004: wireless networks of one SSID differ in authentication."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.wireless.models import WirelessNetwork

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect


class NetworkSSID(Check):
    """Wireless networks that clients take for one, and that are not protected alike."""

    id = "WIRELESS-NETWORK-004"
    title = "Wireless networks of one SSID differ in authentication"
    severity = Severity.MEDIUM
    model = "wireless.wirelessnetwork"
    description = (
        "Another enabled wireless network has the same SSID and another authentication. Clients roam between networks "
        "of one SSID: at the next site they are refused, or join one that is less protected. Reported on each of "
        "them."
    )
    remedy = "Give all networks of the SSID the same authentication, or another SSID to one of them."
    tags = ("access", "wireless")
    since = "0.1.0"
    bad = '"corporate" is WPA3 Enterprise in AMS01 and WPA2 Personal in LON01.'
    good = '"guest" is two networks, one for each controller, both open.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Enabled networks that share their SSID with a different one."""
        others = WirelessNetwork.objects.filter(ssid=OuterRef("ssid"), enabled=True)
        others = others.exclude(authentication=OuterRef("authentication")).order_by()
        named = others.restrict(context.user, "view")
        differing = objects.filter(Exists(others), enabled=True).annotate(others=collect(named, "name"))
        for row in self.rows(differing, "ssid", "authentication", "others"):
            others_named = ", ".join(sorted(row["others"] or ()))
            details = {"SSID": row["ssid"], "authentication": row["authentication"], "others": others_named}
            yield self.finding(
                row, context, "Another network of the same SSID is protected otherwise.", details=details
            )
