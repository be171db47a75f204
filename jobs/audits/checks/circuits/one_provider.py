"""CIRCUITS-LOCATION-001: one provider only."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from nautobot.circuits.models import CircuitTermination, Provider

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import at_or_below, collect, count
from ._circuits import ACTIVE


class OneProvider(Check):
    """Sites that one provider can cut off."""

    id = "CIRCUITS-LOCATION-001"
    title = "One provider or circuit only"
    severity = Severity.HIGH
    model = "dcim.location"
    description = (
        "The location has one of the types or tags of locations that must be connected twice, and fewer than two "
        "providers, or circuits, have a circuit in use that ends there or in a location below. Not asked unless types or "
        "tags are named. One fault, or one unpaid bill, cuts the site off."
    )
    remedy = "Order a second circuit from another provider; or record the one that is there."
    tags = ("circuit", "redundancy", "policy")
    parameters = {
        "location_types": Parameter((), "Names of the location types that must be connected twice."),
        "location_tags": Parameter((), "Names of the tags of locations that must be connected twice."),
        "distinct": Parameter("provider", 'What there must be two of: "provider" or "circuit".'),
        "location_statuses": Parameter(("Active",), "Names of the statuses of locations to look at."),
        "circuit_types": Parameter((), "Names of the circuit types that count; all by default."),
        "statuses": ACTIVE,
    }
    since = "0.1.0"
    bad = "Sites must have two providers; LON01 has circuits of Lumen only."
    good = "AMS01 has LUM-AMS01-INET and NTT-AMS01-INET."
    policy = {"location_types": ["Site"]}

    def idle(self) -> str:
        """See `Check.idle`."""
        if self.values["location_types"] or self.values["location_tags"]:
            return ""
        return "No policy says which locations must be connected twice."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Locations with fewer than two providers or circuits."""
        terminations = CircuitTermination.objects.filter(
            at_or_below("pk", "location", context.location_depth), circuit__status__name__in=self.values["statuses"]
        )
        if self.values["circuit_types"]:
            terminations = terminations.filter(circuit__circuit_type__name__in=self.values["circuit_types"])
        what, kinds = self.values["distinct"], {"provider": "circuit__provider", "circuit": "circuit"}
        if what not in kinds:
            raise ValueError(f"{what} is not one of {', '.join(kinds)}.")
        of_tags = objects.filter(tags__name__in=self.values["location_tags"]).order_by().values("pk")
        visible = terminations.restrict(context.user, "view").filter(
            circuit__provider__in=Provider.objects.restrict(context.user, "view").order_by().values("pk")
        )
        locations = (
            objects.filter(
                Q(location_type__name__in=self.values["location_types"]) | Q(pk__in=of_tags),
                status__name__in=self.values["location_statuses"],
            )
            .annotate(number=count(terminations, kinds[what], distinct=True))
            .filter(number__lt=2)
            .annotate(
                providers=collect(visible, "circuit__provider__name"),
            )
        )
        for row in self.rows(locations, "number", "providers"):
            yield self.finding(
                row,
                context,
                f"The location has {'one' if row['number'] else 'no'} {what}{' only' if row['number'] else ''}.",
                details={"providers": ", ".join(sorted(set(row["providers"] or ())))},
            )
