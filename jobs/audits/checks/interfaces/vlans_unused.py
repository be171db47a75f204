"""DCIM-IFACE-005: VLANs that the mode does not carry."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from nautobot.dcim.choices import InterfaceModeChoices
from nautobot.dcim.models import Interface

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect


class VlansAgainstMode(Check):
    """Interfaces with VLANs that their mode has no place for."""

    id = "DCIM-IFACE-005"
    title = "VLANs that the mode does not carry"
    severity = Severity.MEDIUM
    model = "dcim.interface"
    description = (
        "The interface has tagged VLANs and is not in the mode Tagged, or has an untagged VLAN and no mode at all. "
        "Nautobot refuses both, but imports and code that skip validation leave them behind; the next time that the "
        "interface is saved, Nautobot drops the tagged VLANs without a word."
    )
    remedy = "Set the mode that is meant, or remove the VLANs."
    tags = ("vlan",)
    since = "0.1.0"
    bad = "ams01-acc-03 Gi1/0/7 is an access port, and tags the VLANs 101 and 102."
    good = "ams01-acc-03 Gi1/0/8 is an access port with the untagged VLAN 101."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Interfaces with VLANs against their mode."""
        tagged = Interface.tagged_vlans.through.objects.filter(interface=OuterRef("pk")).order_by()
        against = objects.filter(
            (~Q(mode=InterfaceModeChoices.MODE_TAGGED) & Q(Exists(tagged))) | Q(mode="", untagged_vlan__isnull=False)
        ).annotate(vids=collect(tagged, F("vlan__vid")))
        for row in self.rows(against, "mode", "untagged_vlan__vid", "vids"):
            yield self.finding(
                row,
                context,
                "The interface has VLANs that its mode does not carry.",
                details={
                    "mode": row["mode"] or "none",
                    "untagged VLAN": str(row["untagged_vlan__vid"] or ""),
                    "tagged VLANs": ", ".join(map(str, sorted(set(row["vids"] or ())))),
                },
            )
