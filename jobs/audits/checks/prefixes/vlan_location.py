"""IPAM-PREFIX-007: VLAN of another location."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from nautobot.dcim.models import Location
from nautobot.ipam.models import PrefixLocationAssignment, VLANLocationAssignment

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect
from ._prefixes import NAMED_VLAN, vlan_name, with_vlan


class PrefixVlanLocation(Check):
    """Networks in a VLAN that is somewhere else."""

    id = "IPAM-PREFIX-007"
    title = "VLAN of another location"
    severity = Severity.MEDIUM
    model = "ipam.prefix"
    description = (
        "The prefix has a VLAN, both have locations, and none of the VLAN's is one of the prefix's, above one of them or "
        "below one of them. Often the VLAN of the same name at another site was chosen; configuration is then made for "
        "the wrong switches."
    )
    remedy = "Choose the VLAN of the prefix's location, or correct the locations of either."
    tags = ("prefix", "vlan", "location")
    since = "0.1.0"
    bad = "10.33.101.0/24 is at DEN01, its VLAN data (101) is that of NYC01."
    good = "10.16.101.0/24 is in the room AMS01-A, its VLAN data (101) is that of the site AMS01."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Prefixes whose VLAN has locations, none of which fits."""
        vlan_places = VLANLocationAssignment.objects.filter(vlan=OuterRef("vlan")).order_by()
        places = PrefixLocationAssignment.objects.filter(prefix=OuterRef("pk")).order_by()
        # Each place of the VLAN is compared with each of the prefix, upwards from either.
        here = PrefixLocationAssignment.objects.filter(prefix=OuterRef(OuterRef("pk")))
        related = Q(location=OuterRef("location"))
        for level in range(1, context.location_depth + 1):
            up = "__parent" * level
            related |= Q(**{f"location{up}": OuterRef("location")}) | Q(location=OuterRef(f"location{up}"))
        fitting = vlan_places.filter(Exists(here.filter(related).order_by()))
        seen = vlan_places.filter(location__in=Location.objects.restrict(context.user, "view").order_by().values("pk"))
        prefixes = objects.filter(~Exists(fitting), Exists(vlan_places), Exists(places), vlan__isnull=False).annotate(
            vlan_places=collect(seen, "location__name"),
        )
        for row in self.rows(with_vlan(prefixes, context.user), *NAMED_VLAN, "vlan_places"):
            vlan = vlan_name(row)
            yield self.finding(
                row,
                context,
                "The VLAN is not at the location of the prefix.",
                details={
                    "VLAN": vlan,
                    "VLAN at": ", ".join(sorted(row["vlan_places"] or ())) if vlan else "",
                },
            )
