"""DCIM-RACK-006: reservation of units that the rack does not have."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.findings import Finding, Severity
from ._units import units


class ReservationHeight(Check):
    """Reservations of units that do not exist."""

    id = "DCIM-RACK-006"
    title = "Reservation of units that the rack does not have"
    severity = Severity.LOW
    model = "dcim.rackreservation"
    description = (
        "A unit of the reservation is above the height of its rack, or below U1. Racks were replaced by lower ones, or "
        "the reservation is for another rack."
    )
    remedy = "Reserve units that the rack has, or correct the height of the rack."
    tags = ("rack", "reservation")
    since = "0.1.0"
    bad = "U43 of AMS01-A01 is reserved, which has 42 units."
    good = "U42 of AMS01-A01 is reserved, which has 42 units."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        # Units are a JSON list, which PostgreSQL and MySQL take apart in different ways; there are few reservations.
        for row in self.rows(objects, "units", "rack__name", "rack__u_height"):
            outside = {unit for unit in row["units"] if not 1 <= unit <= row["rack__u_height"]}
            if outside:
                yield self.finding(
                    row,
                    context,
                    f"{units(outside)} reserved in a rack with {row['rack__u_height']} units.",
                    details={"rack": row["rack__name"]},
                )
