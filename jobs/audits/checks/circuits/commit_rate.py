"""CIRCUITS-CIRCUIT-005: no commit rate."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ._circuits import ACTIVE


class CommitRateMissing(Check):
    """Circuits of which nobody knows how much they carry."""

    id = "CIRCUITS-CIRCUIT-005"
    title = "No commit rate"
    severity = Severity.LOW
    model = "circuits.circuit"
    description = (
        "The circuit has one of the statuses, by default Active, one of the types, and no commit rate, or 0. Not asked "
        "unless types are named. Without the rate nobody can tell how much of the circuit is used, and shapers cannot be "
        "configured."
    )
    remedy = "Enter the commit rate, in kbit/s."
    tags = ("circuit", "policy")
    parameters = {
        "types": Parameter((), "Names of the circuit types that need a commit rate; () for no policy."),
        "statuses": ACTIVE,
    }
    since = "0.1.0"
    bad = "MPLS circuits need a commit rate, and LUM-MPLS-LON01 has none."
    good = "MPLS circuits need a commit rate; LUM-DARK-AMS01, a dark fibre, has none."
    policy = {"types": ["MPLS"]}

    def idle(self) -> str:
        """See `Check.idle`."""
        return "" if self.values["types"] else "No policy says which types of circuits need a commit rate."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Circuits of these types without a commit rate."""
        circuits = objects.filter(
            circuit_type__name__in=self.values["types"], status__name__in=self.values["statuses"]
        ).exclude(commit_rate__gt=0)
        for row in self.rows(circuits, "circuit_type__name"):
            yield self.finding(
                row, context, "The circuit has no commit rate.", details={"type": row["circuit_type__name"]}
            )
