"""DCIM-CABLE-002: cable without ends."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.compat import CABLES_MAY_HANG, attached_at
from ....toolkit.findings import Finding, Severity


class CableWithoutEnds(Check):
    """Cables that are attached to nothing at all."""

    id = "DCIM-CABLE-002"
    title = "Cable without ends"
    severity = Severity.LOW
    model = "dcim.cable"
    description = (
        "The cable is attached to nothing, at neither side: it is left over from ports that are gone. Cables with one "
        "of the given statuses may be loose. Nautobot has such cables since version 3.2. A cable without ends belongs "
        "to no location and no device, so only an audit of everything, whatever its status, comes to it."
    )
    remedy = "Delete the cable, or attach its ends."
    tags = ("cabling",)
    parameters = {"loose_statuses": Parameter(("Planned",), "Names of the statuses of cables that may be loose.")}
    since = "0.1.0"
    bad = "The cable AMS01-0044 has the status Connected, and neither end of it is attached to anything."
    good = "The cable AMS01-0045 has the status Planned, and its ends are still to be chosen."

    def idle(self) -> str:
        """See `Check.idle`."""
        return "" if CABLES_MAY_HANG else "Cables of this version of Nautobot always have two ends."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Cables without any termination."""
        cables = objects.filter(attached_at(0)).exclude(status__name__in=self.values["loose_statuses"])
        for row in self.rows(cables, "status__name"):
            yield self.finding(
                row, context, "The cable is attached to nothing.", details={"status": row["status__name"]}
            )
