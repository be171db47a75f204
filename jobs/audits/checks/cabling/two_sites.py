"""DCIM-CABLE-004: cable between two sites."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from nautobot.dcim.models import Location

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.compat import CABLED_COMPONENTS
from ....toolkit.compat_cables import end_device, with_ends
from ....toolkit.findings import Finding, Severity
from ._ends import COLUMNS, SIDES, names, with_names

_NO_PANELS = tuple(port for port in CABLED_COMPONENTS if port not in ("front_port", "rear_port"))


class CableBetweenSites(Check):
    """Cables with their ends at two sites."""

    id = "DCIM-CABLE-004"
    title = "Cable between two sites"
    severity = Severity.HIGH
    model = "dcim.cable"
    description = (
        "The devices at the two ends of the cable are in two different locations of the given types, or below them. "
        "Nothing but a circuit or a fibre between patch panels leads from site to site: ports of panels and circuit "
        "terminations are left alone, and so are devices that are in no location of these types. The cable is recorded "
        "at the wrong port, or the device at the wrong site. Of breakout cables, the first connectors are judged."
    )
    remedy = "Correct the end of the cable or the location of the device, or put the circuit between."
    tags = ("cabling", "location")
    parameters = {"location_types": Parameter(("Site", "Campus"), "Names of the location types that no cable leaves.")}
    since = "0.1.0"
    bad = "The cable from ams01-acc-01 Gi1/0/7, at AMS01, leads to lon01-srv-01 eth0, at LON01."
    good = "The cable from ams01-acc-03, in room AMS01-A, leads to ams01-core-01, in room AMS01-B: both at AMS01."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Cables whose ends are at different sites."""
        cables = with_ends(objects).annotate(
            **{f"{side}_place": end_device(side, "location_id", ports=_NO_PANELS) for side in SIDES}
        )
        # Most cables stay in one location: only for the others the database climbs to the sites.
        cables = cables.filter(~Q(a_place=F("b_place")), a_place__isnull=False, b_place__isnull=False).annotate(
            **{f"{side}_site": self._site(f"{side}_place", context) for side in SIDES}
        )
        # One condition on both, or the database climbs from each end of every cable.
        cables = cables.filter(Q(a_site__lt=F("b_site")) | Q(a_site__gt=F("b_site")))
        places = [f"{side}_place" for side in SIDES]
        for row in self.rows(with_names(cables, context.user), *COLUMNS, *places):
            where = {
                f"location of the {side.upper()} end": context.location_names.get(row[f"{side}_place"], "")
                for side in SIDES
                if row[f"{side}_seen"]
            }
            yield self.finding(row, context, "The cable has its ends at two sites.", details={**names(row), **where})

    def _site(self, place: str, context: Context) -> Subquery:
        """The key of the location of the types that the place is in, or below of, the nearest if there are several."""
        levels = ["", *(f"{'parent__' * level}" for level in range(1, context.location_depth + 1))]
        nearest = Case(
            *(
                When(**{f"{level}location_type__name__in": self.values["location_types"]}, then=F(f"{level}id"))
                for level in levels
            )
        )
        location = Location.objects.without_tree_fields().filter(pk=OuterRef(place)).order_by()
        return Subquery(location.annotate(site=nearest).values("site"))
