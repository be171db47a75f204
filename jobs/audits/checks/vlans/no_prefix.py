"""IPAM-VLAN-003: VLAN without a prefix."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet
from nautobot.dcim.models import Interface
from nautobot.ipam.models import Prefix
from nautobot.virtualization.models import VMInterface

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity


def _interfaces() -> Iterator[QuerySet]:
    """Subqueries: interfaces that the VLAN is on."""
    for model in (Interface, VMInterface):
        yield model.objects.filter(untagged_vlan=OuterRef("pk")).order_by()
        yield model.tagged_vlans.through.objects.filter(vlan=OuterRef("pk")).order_by()


class VlanWithoutPrefix(Check):
    """VLANs of which nobody knows the addresses."""

    id = "IPAM-VLAN-003"
    title = "VLAN without a prefix"
    severity = Severity.INFO
    model = "ipam.vlan"
    description = (
        "A VLAN with one of the given statuses is on interfaces of devices or virtual machines, and has no prefix. Some "
        "carry no addresses: those with the ID 1, and those whose names or roles say so, are left alone. Without the "
        "prefix, nobody gets from an address to the VLAN that it is in."
    )
    remedy = "Set the VLAN of its prefixes, or exempt its name or role if there are none."
    tags = ("vlan", "prefix")
    parameters = {
        "statuses": Parameter(("Active",), "Names of the statuses of VLANs that need a prefix."),
        "exempt_names": Parameter(
            r"native|parking|unused|unassigned|default|black.?hole|quarantine|dummy|rspan|layer.?2",
            "Regular expression: VLANs whose names contain it, in any case, need none; empty for no such names.",
        ),
        "exempt_roles": Parameter((), "Names of the roles of VLANs that need none."),
    }
    since = "0.1.0"
    bad = "The VLAN data (101) of AMS01 is active and on 40 interfaces, and no prefix has it as its VLAN."
    good = "The VLAN parking (998) of AMS01 is active and on 40 interfaces, and no prefix has it as its VLAN."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """VLANs without prefixes."""
        prefixes = Prefix.objects.filter(vlan=OuterRef("pk")).order_by()
        in_use = reduce(or_, (Q(Exists(interfaces)) for interfaces in _interfaces()))
        vlans = objects.filter(in_use, ~Exists(prefixes), ~Q(vid=1), status__name__in=self.values["statuses"])
        if self.values["exempt_names"]:
            vlans = vlans.exclude(name__iregex=self.values["exempt_names"])
        if self.values["exempt_roles"]:
            vlans = vlans.exclude(role__name__in=self.values["exempt_roles"])
        for row in self.rows(vlans):
            yield self.finding(row, context, "The VLAN has no prefix.")
