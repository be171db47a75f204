"""DCIM-POWER-011: phases of a PDU unbalanced."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest, Least
from nautobot.dcim.models import PowerOutlet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ._draw import behind

_LEGS = ("A", "B", "C")


class UnbalancedLegs(Check):
    """Three-phase inlets with the load on one phase."""

    id = "DCIM-POWER-011"
    title = "Phases unbalanced"
    severity = Severity.LOW
    model = "dcim.powerport"
    description = (
        "The outlets behind the power port are on three legs, A, B and C, and the leg with the largest draw draws more "
        "than the given percentage above the average of the three, and more than the given number of volt-amperes above "
        "the smallest. Draws are counted as for an overloaded feed. A breaker trips by its fullest phase, and the "
        "power that the others have left cannot be used."
    )
    remedy = "Move supplies from outlets of the fullest leg to those of the emptiest."
    tags = ("power", "capacity")
    parameters = {
        "percent": Parameter(25, "How far above the average the fullest leg may be, in percent."),
        "least": Parameter(500, "How far above the emptiest leg it has to be, in volt-amperes, to matter."),
    }
    since = "0.1.0"
    bad = "Behind the inlet of ams01-pdu-01, leg A draws 2400 VA, B 600 and C 500."
    good = "Behind the inlet of ams01-pdu-01, leg A draws 1100 VA, B 1000 and C 1200."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        outlets = PowerOutlet.objects.order_by().filter(power_port=OuterRef("pk"))
        inlets = objects.filter(*(Exists(outlets.filter(feed_leg=leg)) for leg in _LEGS))
        inlets = inlets.annotate(**{f"leg_{leg}": behind(feed_leg=leg) for leg in _LEGS})
        legs = [F(f"leg_{leg}") for leg in _LEGS]
        inlets = inlets.annotate(fullest=Greatest(*legs), emptiest=Least(*legs)).filter(
            Q(fullest__gt=(legs[0] + legs[1] + legs[2]) / 3.0 * (1 + self.values["percent"] / 100)),
            Q(fullest__gt=F("emptiest") + float(self.values["least"])),
        )
        for row in self.rows(inlets, *(f"leg_{leg}" for leg in _LEGS)):
            draws = {f"leg {leg}": f"{row[f'leg_{leg}']:.0f} VA" for leg in _LEGS}
            yield self.finding(row, context, "The draw on the three legs differs too much.", details=draws)
