"""WIRELESS-NETWORK-002: wireless network without VLAN."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.dcim.models import ControllerManagedDeviceGroup
from nautobot.wireless.choices import WirelessNetworkModeChoices
from nautobot.wireless.models import ControllerManagedDeviceGroupWirelessNetworkAssignment

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect

_WITHOUT_VLAN = (WirelessNetworkModeChoices.MESH, WirelessNetworkModeChoices.FABRIC)


class NetworkWithoutVLAN(Check):
    """Wireless networks of which nobody knows where their clients end up."""

    id = "WIRELESS-NETWORK-002"
    title = "Wireless network without VLAN"
    severity = Severity.LOW
    model = "wireless.wirelessnetwork"
    description = (
        "The wireless network is enabled, and assigned to controller managed device groups without a VLAN. Networks "
        "of the modes Mesh and Fabric are left alone: the one has no clients, and the other overlays instead of "
        "VLANs."
    )
    remedy = "Set the VLAN of the assignment."
    tags = ("wireless",)
    since = "0.1.0"
    bad = 'The network "corporate" has VLAN 101 in the group AMS01, and none in LON01.'
    good = 'The network "backhaul" has none, but is a mesh.'

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Enabled networks with assignments that have no VLAN."""
        assigned = ControllerManagedDeviceGroupWirelessNetworkAssignment.objects.filter(
            wireless_network=OuterRef("pk"), vlan__isnull=True
        ).order_by()
        visible = ControllerManagedDeviceGroup.objects.restrict(context.user, "view").without_tree_fields().order_by()
        named = assigned.filter(controller_managed_device_group__in=visible.values("pk"))
        networks = objects.filter(Exists(assigned), enabled=True).exclude(mode__in=_WITHOUT_VLAN)
        for row in self.rows(
            networks.annotate(groups=collect(named, "controller_managed_device_group__name")), "ssid", "groups"
        ):
            details = {"SSID": row["ssid"], "groups": ", ".join(sorted(row["groups"] or ()))}
            yield self.finding(row, context, "The wireless network has no VLAN in some groups.", details=details)
