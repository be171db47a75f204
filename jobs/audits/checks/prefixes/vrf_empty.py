"""IPAM-VRF-001: VRF without prefixes."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.ipam.models import Namespace, VRFDeviceAssignment, VRFPrefixAssignment

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import count, visible_value


class VrfEmpty(Check):
    """Routing tables without routes."""

    id = "IPAM-VRF-001"
    title = "VRF without prefixes"
    severity = Severity.LOW
    model = "ipam.vrf"
    description = (
        "No prefix is assigned to the VRF. Either it is not used, or it is on devices and nobody recorded what is routed "
        "in it."
    )
    remedy = "Assign the prefixes to the VRF, or delete it."
    tags = ("vrf",)
    since = "0.1.0"
    bad = "The VRF legacy-dmz of Global has no prefix."
    good = "The VRF guest of the namespace Guest has 10.16.104.0/24 and others."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """VRFs to which no prefix is assigned."""
        prefixes = VRFPrefixAssignment.objects.filter(vrf=OuterRef("pk")).order_by()
        devices = VRFDeviceAssignment.objects.filter(vrf=OuterRef("pk"))
        vrfs = objects.filter(~Exists(prefixes)).annotate(
            devices_with_it=count(devices), own_namespace=visible_value(Namespace, context.user, "namespace")
        )
        for row in self.rows(vrfs, "own_namespace", "devices_with_it", "rd"):
            yield self.finding(
                row,
                context,
                "The VRF has no prefixes.",
                details={
                    "namespace": row["own_namespace"] or "",
                    "route distinguisher": row["rd"] or "",
                    "devices": str(row["devices_with_it"]) if row["devices_with_it"] else "",
                },
            )
