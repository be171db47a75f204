"""DCIM-RACK-005: rack units reserved twice."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._reservations import other_reservations, with_neighbours
from ._units import units


class ReservationOverlap(Check):
    """Reservations of units that somebody else has reserved."""

    id = "DCIM-RACK-005"
    title = "Rack units reserved twice"
    severity = Severity.MEDIUM
    model = "dcim.rackreservation"
    description = (
        "A unit of the reservation is also in another reservation for the same rack. Nautobot refuses that one by one, "
        "imports do not. Two teams plan the same space."
    )
    remedy = "Agree on who has the units, and change or delete the other reservation."
    tags = ("rack", "reservation")
    since = "0.1.0"
    bad = "In AMS01-A01, U10 to U12 are reserved for storage and U12 to U14 for servers."
    good = "In AMS01-A01, U10 to U12 are reserved for storage and U13 to U14 for servers."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        reservations = with_neighbours(objects).annotate(others=other_reservations(context.user))
        for row in self.rows(reservations, "units", "rack__name", "others"):
            own = set(row["units"])
            taken = own & {unit for other in row["others"] or () for unit in other["units"]}
            if taken:
                by = {other["description"] for other in row["others"] if other["visible"] and own & set(other["units"])}
                yield self.finding(
                    row,
                    context,
                    f"{units(taken)} reserved by another reservation as well.",
                    details={"rack": row["rack__name"], "other reservations": ", ".join(sorted(by))},
                )
