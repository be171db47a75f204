"""CIRCUITS-CIRCUIT-002: termination without a cable."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.circuits.models import CircuitTermination
from nautobot.dcim.models import Location

from ....toolkit.checks import Check, Context
from ....toolkit.compat import CABLED
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect
from ._circuits import ACTIVE


class CircuitUncabled(Check):
    """Circuits of which nobody knows the router."""

    id = "CIRCUITS-CIRCUIT-002"
    title = "Circuit not cabled"
    severity = Severity.MEDIUM
    model = "circuits.circuit"
    description = (
        "The circuit has one of the statuses, by default Active, and a termination at a location without a cable. "
        "Terminations in provider networks and cloud networks have none. From the circuit nobody finds the router, and "
        "from the router nobody finds the circuit, when it is to be reported as down."
    )
    remedy = "Record the cable from the termination to the interface or the patch panel."
    tags = ("circuit", "cabling")
    parameters = {"statuses": ACTIVE}
    since = "0.1.0"
    bad = "NTT-LON01-INET is Active, and its termination A at LON01 has no cable."
    good = "LUM-MPLS-AMS01 has a cable at its termination A; its termination Z is in the provider's network."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Circuits with a termination in place that has no cable."""
        uncabled = CircuitTermination.objects.filter(~CABLED, circuit=OuterRef("pk"), location__isnull=False).order_by()
        visible = uncabled.restrict(context.user, "view")
        places = visible.filter(location__in=Location.objects.restrict(context.user, "view").order_by().values("pk"))
        circuits = objects.filter(Exists(uncabled), status__name__in=self.values["statuses"]).annotate(
            sides=collect(uncabled, "term_side"), places=collect(places, "location__name")
        )
        for row in self.rows(circuits, "sides", "places"):
            sides = sorted(row["sides"])
            yield self.finding(
                row,
                context,
                f"Termination {' and '.join(sides)} has no cable."
                if len(sides) == 1
                else f"Terminations {' and '.join(sides)} have no cable.",
                details={"at": ", ".join(sorted(row["places"] or ()))},
            )
