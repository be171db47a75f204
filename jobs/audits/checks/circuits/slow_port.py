"""CIRCUITS-CIRCUIT-007: port slower than the commit rate."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from nautobot.circuits.models import CircuitTermination

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect
from ._circuits import ACTIVE


class CircuitSlowPort(Check):
    """Circuits that cannot carry what is paid for."""

    id = "CIRCUITS-CIRCUIT-007"
    title = "Port slower than the commit rate"
    severity = Severity.LOW
    model = "circuits.circuit"
    description = (
        "The circuit has one of the statuses, by default Active, and a termination whose port speed is less than the "
        "commit rate; with upstream=True also one whose upstream speed is less. Often one of them was entered in Mbit/s "
        "instead of kbit/s."
    )
    remedy = "Correct the speeds, in kbit/s, or order a faster port."
    tags = ("circuit", "capacity")
    parameters = {
        "statuses": ACTIVE,
        "upstream": Parameter(
            False, "Compare the upstream speed as well; in many access networks it is less by design."
        ),
    }
    since = "0.1.0"
    bad = "LUM-MPLS-LON01 has a commit rate of 100000 kbit/s, and the port speed 1000 at its termination A."
    good = "LUM-MPLS-AMS01 has a commit rate of 500000 kbit/s on a port of 1000000 kbit/s."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Circuits with a termination slower than their commit rate."""
        slow = Q(port_speed__lt=OuterRef("commit_rate"))
        if self.values["upstream"]:
            slow |= Q(upstream_speed__lt=OuterRef("commit_rate"))
        terminations = CircuitTermination.objects.filter(slow, circuit=OuterRef("pk")).order_by()
        visible = terminations.restrict(context.user, "view")
        circuits = objects.filter(
            Exists(terminations), status__name__in=self.values["statuses"], commit_rate__isnull=False
        ).annotate(slow=collect(visible, JSONObject(side="term_side", port="port_speed", up="upstream_speed")))
        for row in self.rows(circuits, "commit_rate", "slow"):
            speeds = []
            for each in sorted(row["slow"] or (), key=lambda each: each["side"]):
                up = f", upstream {each['up']}" if self.values["upstream"] and each["up"] is not None else ""
                speeds.append(f"{each['side']}: {each['port']}{up}")
            yield self.finding(
                row,
                context,
                f"A termination is slower than the commit rate of {row['commit_rate']} kbit/s.",
                details={"speeds in kbit/s": "; ".join(speeds)},
            )
