"""CIRCUITS-CIRCUIT-004: decommissioned circuit still cabled."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.circuits.models import CircuitTermination

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.compat import CABLED
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect


class CircuitDecommissioned(Check):
    """Circuits that are gone, but not their cables."""

    id = "CIRCUITS-CIRCUIT-004"
    title = "Decommissioned circuit still cabled"
    severity = Severity.LOW
    model = "circuits.circuit"
    description = (
        "The circuit has one of the statuses, by default Decommissioned, and one of its terminations still has a cable. "
        "The port looks occupied, and traces end at a circuit that is not there."
    )
    remedy = "Delete the cable; or correct the status of the circuit."
    tags = ("circuit", "cabling", "lifecycle")
    parameters = {"statuses": Parameter(("Decommissioned",), "Names of the statuses of circuits that are gone.")}
    since = "0.1.0"
    bad = "LUM-OLD-LON01 is Decommissioned, and a cable leads from it to lon01-wan-01 GigabitEthernet0/0/1."
    good = "LUM-OLD-PAR01 is Decommissioned, and its termination has no cable."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Circuits that are gone and have a termination with a cable."""
        cabled = CircuitTermination.objects.filter(CABLED, circuit=OuterRef("pk")).order_by()
        circuits = objects.filter(Exists(cabled), status__name__in=self.values["statuses"])
        for row in self.rows(circuits.annotate(sides=collect(cabled, "term_side")), "sides", "status__name"):
            yield self.finding(
                row,
                context,
                f"The circuit is {row['status__name']}, and still has a cable.",
                details={"terminations": ", ".join(sorted(row["sides"]))},
            )
