"""IPAM-VLAN-002: VLAN ID twice at one location."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, UUIDField
from django.db.models.functions import JSONObject
from nautobot.ipam.models import VLAN, VLANLocationAssignment

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect


class VlanDuplicate(Check):
    """VLANs that nothing tells apart from another one with the same ID."""

    id = "IPAM-VLAN-002"
    title = "VLAN ID twice at one location"
    severity = Severity.MEDIUM
    model = "ipam.vlan"
    description = (
        "Another VLAN has the same ID and one of the same locations, and one of the two is in no VLAN group. So has "
        "one with the same ID and name if both have neither location nor group. VLANs of two groups are in two "
        "broadcast domains, and so are those of two tenants. Nobody can say which of the VLANs an ID on a switch means."
    )
    remedy = "Merge the VLANs, correct their locations, or put each into the VLAN group of its broadcast domain."
    tags = ("vlan",)
    since = "0.1.0"
    bad = "At AMS01 there are the VLANs data (101) and cameras (101), both without group."
    good = "At AMS01 there are data (101) in the group Hall A and data (101) in the group Hall B."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """VLANs with another one of the same ID in the same place."""
        near = OuterRef(OuterRef("pk"))
        places = VLANLocationAssignment.objects.filter(vlan=OuterRef("pk")).order_by()
        shared = places.filter(
            location__in=VLANLocationAssignment.objects.filter(vlan=OuterRef(near)).order_by().values("location")
        )
        nowhere = Q(vlan_group=None, near_group=None, name__iexact=OuterRef("name")) & ~Q(Exists(places))
        near_places = VLANLocationAssignment.objects.filter(vlan=near).order_by()
        others = (
            VLAN.objects.filter(~Q(pk=OuterRef("pk")), vid=OuterRef("vid"))
            .annotate(
                near_group=ExpressionWrapper(OuterRef("vlan_group"), output_field=UUIDField()),
                near_tenant=ExpressionWrapper(OuterRef("tenant"), output_field=UUIDField()),
            )
            .filter(Q(vlan_group=None) | Q(near_group=None))
            .filter(Q(tenant=None) | Q(near_tenant=None) | Q(tenant=F("near_tenant")))
            .filter(Q(Exists(shared)) | (nowhere & ~Q(Exists(near_places))))
            .order_by()
        )
        seen = VLAN.objects.restrict(context.user, "view").filter(pk=OuterRef("pk")).order_by()
        doubled = objects.filter(Exists(others)).annotate(
            others=collect(others.filter(Exists(seen)), JSONObject(name="name", vid="vid", group="vlan_group__name"))
        )
        for row in self.rows(doubled, "vid", "vlan_group__name", "others"):
            names = sorted(
                f"{other['name']} ({other['vid']})" + (f" of group {other['group']}" if other["group"] else "")
                for other in row["others"] or ()
            )
            yield self.finding(
                row,
                context,
                f"Another VLAN has the ID {row['vid']} in the same place.",
                details={"group": row["vlan_group__name"] or "", "other VLANs": ", ".join(names)},
            )
