"""WIRELESS-NETWORK-001: wireless network that is broadcast nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from nautobot.wireless.choices import WirelessNetworkModeChoices

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity


class NetworkNowhere(Check):
    """Wireless networks without a place."""

    id = "WIRELESS-NETWORK-001"
    title = "Wireless network that is broadcast nowhere"
    severity = Severity.LOW
    model = "wireless.wirelessnetwork"
    description = (
        "The wireless network is enabled, and assigned to no controller managed device group. Either it is left over, "
        "or nobody recorded where it is broadcast. Networks of autonomous access points (mode Standalone) are left "
        "alone: they have no controller."
    )
    remedy = "Assign it to the managed device groups that broadcast it; disable or delete it if it is gone."
    tags = ("unused", "wireless")
    since = "0.1.0"
    bad = 'The network "events" is enabled and in no group.'
    good = 'The network "guest" is in the group AMS01; "old-guest" is in none, but disabled.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Enabled networks without a group."""
        nowhere = objects.filter(enabled=True, controller_managed_device_group_assignments__isnull=True)
        for row in self.rows(nowhere.exclude(mode=WirelessNetworkModeChoices.STANDALONE), "ssid"):
            details = {"SSID": row["ssid"]}
            yield self.finding(
                row, context, "The wireless network is assigned to no managed device group.", details=details
            )
