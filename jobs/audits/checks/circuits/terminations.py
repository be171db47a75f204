"""CIRCUITS-CIRCUIT-001: no termination."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, OuterRef, Q, QuerySet
from nautobot.circuits.models import CircuitTermination

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import count
from ._circuits import ACTIVE


class CircuitTerminations(Check):
    """Circuits that lead from nowhere to nowhere."""

    id = "CIRCUITS-CIRCUIT-001"
    title = "Circuit without termination"
    severity = Severity.MEDIUM
    model = "circuits.circuit"
    description = (
        "The circuit has one of the statuses, by default Active, and no termination; or it has one of the types that need "
        "two, and has one. An internet access often has one only: the provider's end is nobody else's business. Nobody "
        "can tell which site is cut off when the circuit fails, or whether it is paid for in vain."
    )
    remedy = "Record the terminations, at locations or in provider networks; or correct the status of the circuit."
    tags = ("circuit",)
    parameters = {
        "statuses": ACTIVE,
        "both_ends": Parameter((), "Names of the circuit types that need a termination at both ends."),
    }
    since = "0.1.0"
    bad = "NTT-PAR01-INET is Active and has no termination."
    good = "LUM-AMS01-INET, an internet access, has termination A at AMS01 and no termination Z."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Circuits with fewer terminations than they need."""
        terminations = CircuitTermination.objects.filter(circuit=OuterRef("pk"))
        both = Q(circuit_type__name__in=self.values["both_ends"], terminations=1)
        circuits = objects.filter(status__name__in=self.values["statuses"]).annotate(terminations=count(terminations))
        circuits = circuits.filter(Q(terminations=0) | both).annotate(type_name=F("circuit_type__name"))
        for row in self.rows(circuits, "terminations", "type_name"):
            message = (
                "The circuit has one termination only." if row["terminations"] else "The circuit has no termination."
            )
            yield self.finding(row, context, message, details={"type": row["type_name"]})
