"""DCIM-CABLE-001: cable with one end."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.compat import CABLES_MAY_HANG, attached_at
from ....toolkit.findings import Finding, Severity
from ._ends import COLUMNS, names, with_names


class CableWithOneEnd(Check):
    """Cables that are attached at one side only."""

    id = "DCIM-CABLE-001"
    title = "Cable with one end"
    severity = Severity.MEDIUM
    model = "dcim.cable"
    description = (
        "The cable is attached to something at one side, and to nothing at the other one. Of breakout cables, one "
        "connector of each side is enough. Cables with one of the given statuses may be loose. What is at the attached "
        "end counts as cabled, and leads nowhere. Nautobot has such cables since version 3.2."
    )
    remedy = "Attach the other end, or delete the cable if it is not there."
    tags = ("cabling",)
    parameters = {
        "loose_statuses": Parameter(
            ("Planned", "Decommissioning"), "Names of the statuses of cables that may have a loose end."
        )
    }
    since = "0.1.0"
    bad = "The cable AMS01-0042 has the status Connected, begins at ams01-acc-01 Gi1/0/7 and ends nowhere."
    good = "The cable AMS01-0043 leads from ams01-acc-01 Gi1/0/8 to the front port of a panel with nothing behind."

    def idle(self) -> str:
        """See `Check.idle`."""
        return "" if CABLES_MAY_HANG else "Cables of this version of Nautobot always have two ends."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Cables whose terminations are all on one side."""
        cables = objects.filter(attached_at(1)).exclude(status__name__in=self.values["loose_statuses"])
        for row in self.rows(with_names(cables, context.user), *COLUMNS):
            yield self.finding(row, context, "The cable is attached at one side only.", details=names(row))
