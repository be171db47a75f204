"""CIRCUITS-CIRCUIT-006: active before its installation."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._circuits import ACTIVE


class CircuitNotInstalled(Check):
    """Circuits that are counted on before they are there."""

    id = "CIRCUITS-CIRCUIT-006"
    title = "Active before its installation"
    severity = Severity.LOW
    model = "circuits.circuit"
    description = (
        "The circuit has one of the statuses, by default Active, and its date of installation is in the future. One of "
        "the two is wrong; if it is the status, a site has less redundancy than it seems."
    )
    remedy = "Set the circuit to Planned or Provisioning until it is there; or correct the date."
    tags = ("circuit", "lifecycle")
    parameters = {"statuses": ACTIVE}
    since = "0.1.0"
    bad = "NTT-LON01-INET is Active, and installed on the first of next month."
    good = "NTT-SYD01-INET is Planned, and installed on the first of next month."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Circuits in use with a date of installation to come."""
        circuits = objects.filter(install_date__gt=timezone.localdate(), status__name__in=self.values["statuses"])
        for row in self.rows(circuits, "install_date", "status__name"):
            yield self.finding(
                row,
                context,
                f"The circuit is {row['status__name']} before its installation.",
                details={"installed": row["install_date"].isoformat()},
            )
