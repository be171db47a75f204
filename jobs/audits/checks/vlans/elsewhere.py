"""IPAM-VLAN-001: VLAN of another location."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from nautobot.dcim.models import Location
from nautobot.ipam.models import VLAN, VLANLocationAssignment

from ....toolkit.checks import Check, Context
from ....toolkit.compat import device_value
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect, truth


class VlanElsewhere(Check):
    """Interfaces that use a VLAN of a place where their device is not."""

    id = "IPAM-VLAN-001"
    title = "VLAN of another location"
    severity = Severity.HIGH
    model = "dcim.interface"
    description = (
        "The interface uses a VLAN, tagged or untagged, which has locations, and the location of its device is none of "
        "these nor below one. A VLAN without locations belongs where its group has its location: to devices there, "
        "below and above. VLANs without either are at home everywhere. Nautobot refuses such VLANs, but imports, code "
        "that skips validation and the move of a device leave them behind. The ID may mean another network there."
    )
    remedy = "Use the VLAN with this ID of the device's own location, or add the location to the VLAN."
    tags = ("vlan", "location")
    since = "0.1.0"
    bad = "den01-acc-01 ge-0/0/20, at DEN01, has the untagged VLAN data (101), whose location is NYC01."
    good = "den01-acc-01 ge-0/0/21, at DEN01, has the untagged VLAN transit (900), whose location is the region AMER."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Interfaces and their VLANs of other locations."""
        # Two questions, since an interface has one untagged VLAN and many tagged ones.
        for kind, path in (("untagged", "untagged_vlan"), ("tagged", "tagged_vlans")):
            used = _misplaced(objects, path, context)
            for row in self.rows(used, "vlan", "vlan_name", "vlan_vid", "vlan_seen", "vlan_places"):
                details = {"VLAN ID": str(row["vlan_vid"])}
                if row["vlan_seen"]:
                    details["VLAN"] = f"{row['vlan_name']} ({row['vlan_vid']})"
                    places = {context.location_names.get(UUID(pk), "") for pk in row["vlan_places"] or ()}
                    details["locations of the VLAN"] = ", ".join(sorted(filter(None, places)))
                yield self.finding(
                    row,
                    context,
                    f"The {kind} VLAN {row['vlan_vid']} does not belong to the location of the device.",
                    key=f"{kind} {row['vlan']}" if kind == "tagged" else kind,
                    details=details,
                )


def _misplaced(objects: QuerySet, path: str, context: Context) -> QuerySet:
    """Interfaces with one VLAN each that is out of place; an interface with several comes several times."""
    levels = {
        f"level_{index}": device_value(f"location__{'parent__' * (index - 1)}parent_id" if index else "location_id")
        for index in range(context.location_depth + 1)
    }
    placed = VLANLocationAssignment.objects.filter(vlan=OuterRef("vlan")).order_by()
    here = placed.filter(reduce(or_, (Q(location=OuterRef(level)) for level in levels)))
    # The group's location is above the device's or below it.
    group_here = reduce(or_, (Q(group_place=F(level)) for level in levels)) | Exists(
        Location.objects.without_tree_fields()
        .filter(
            reduce(or_, (Q(**{f"parent{'__parent' * index}": OuterRef("level_0")}) for index in range(len(levels)))),
            pk=OuterRef("group_place"),
        )
        .order_by()
    )
    used = objects.filter(**{f"{path}__isnull": False}).annotate(
        vlan=F(f"{path}__pk"),
        vlan_name=F(f"{path}__name"),
        vlan_vid=F(f"{path}__vid"),
        group_place=F(f"{path}__vlan_group__location_id"),
        **levels,
    )
    places = Location.objects.restrict(context.user, "view").filter(pk=OuterRef("location")).order_by()
    return used.filter(
        (Q(Exists(placed)) & ~Q(Exists(here))) | (~Q(Exists(placed)) & Q(group_place__isnull=False) & ~group_here),
        level_0__isnull=False,
    ).annotate(
        vlan_seen=truth(Exists(VLAN.objects.restrict(context.user, "view").filter(pk=OuterRef("vlan")).order_by())),
        vlan_places=collect(placed.filter(Exists(places)), "location_id"),
    )
