"""IPAM-VLAN-005: VLAN in no use."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.ipam.models import VLAN, VLANLocationAssignment

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity


class VlanUnused(Check):
    """VLANs that nothing refers to."""

    id = "IPAM-VLAN-005"
    title = "VLAN in no use"
    severity = Severity.INFO
    model = "ipam.vlan"
    description = (
        "A VLAN with one of the given statuses is on no interface of a device or virtual machine, has no prefix, and "
        "nothing else in Nautobot refers to it, such as a wireless network or a VPN. Its locations and its group do "
        "not count. VLANs that nobody uses get in the way of those who look for a free ID."
    )
    remedy = "Delete the VLAN if it is gone, or add what uses it."
    tags = ("vlan",)
    parameters = {"statuses": Parameter(("Active",), "Names of the statuses of VLANs that should be in use.")}
    since = "0.1.0"
    bad = "The VLAN old-data (111) of AMS01 is active, on no interface, and has no prefix."
    good = "The VLAN data (101) of AMS01 is on no interface, and 10.16.101.0/24 has it as its VLAN."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """VLANs without any reference to them."""
        # Whatever has a field for a VLAN, models of apps included.
        users = [
            relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")}).order_by()
            for relation in VLAN._meta.related_objects
            if relation.related_model is not VLANLocationAssignment
        ]
        vlans = objects.filter(*(~Exists(user) for user in users), status__name__in=self.values["statuses"])
        for row in self.rows(vlans, "vlan_group__name"):
            yield self.finding(
                row, context, "Nothing refers to the VLAN.", details={"group": row["vlan_group__name"] or ""}
            )
