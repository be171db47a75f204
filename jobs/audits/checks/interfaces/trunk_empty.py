"""DCIM-IFACE-004: tagged interface without VLANs."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.dcim.choices import InterfaceModeChoices
from nautobot.dcim.models import Interface

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity


class TrunkWithoutVlans(Check):
    """Trunks that carry no VLAN."""

    id = "DCIM-IFACE-004"
    title = "Tagged interface without VLANs"
    severity = Severity.LOW
    model = "dcim.interface"
    description = (
        "An enabled interface has the mode Tagged and no tagged VLAN. Nautobot has a mode of its own, Tagged (All), for "
        "trunks that carry all VLANs. Members of LAGs are left alone: the LAG has the VLANs. Configuration made from "
        "this carries nothing."
    )
    remedy = "Add the tagged VLANs, or set the mode Tagged (All) or Access."
    tags = ("vlan",)
    since = "0.1.0"
    bad = "ams01-acc-03 Port-channel1 has the mode Tagged, and no VLAN."
    good = "ams01-acc-03 Gi1/1/1, a member of Port-channel1, has the mode Tagged, and only the LAG has VLANs."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Tagged interfaces without tagged VLANs."""
        tagged = Interface.tagged_vlans.through.objects.filter(interface=OuterRef("pk")).order_by()
        trunks = objects.filter(~Exists(tagged), mode=InterfaceModeChoices.MODE_TAGGED, enabled=True, lag=None)
        for row in self.rows(trunks, "untagged_vlan__vid"):
            yield self.finding(
                row,
                context,
                "The interface has the mode Tagged, and no tagged VLANs.",
                details={"untagged VLAN": str(row["untagged_vlan__vid"] or "")},
            )
