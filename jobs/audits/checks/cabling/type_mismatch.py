"""DCIM-CABLE-005: interface types that cannot talk."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, ExpressionWrapper, IntegerField, OuterRef, QuerySet

from ....toolkit.checks import Check, Context
from ....toolkit.compat import CABLE_PATH
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import over_circuit
from ._paths import described, far_end, far_name, joined, once
from ._types import spoken


class InterfaceTypesDiffer(Check):
    """Links whose ends no transceiver brings together."""

    id = "DCIM-CABLE-005"
    title = "Interface types that cannot talk"
    severity = Severity.MEDIUM
    model = "dcim.interface"
    description = (
        "A cable path, over patch panels too, joins two interfaces of types that have no speed and medium in "
        "common, whatever transceivers are plugged in: 1000BASE-T against QSFP28, or Ethernet against Fibre "
        "Channel. Slots count as taking slower transceivers, those for SFP also ones for twisted pair; types that "
        "say nothing, such as Other, fit all. Lanes of breakout cables and links over circuits, whose carrier may "
        "convert, are left alone. The cable is recorded at the wrong port, or the type is wrong. Each link is "
        "reported once, at the interface whose primary key is lower; at the other one where that is not among the "
        "objects."
    )
    remedy = "Correct the end of the cable or the type of the interface."
    tags = ("cabling", "type")
    since = "0.1.0"
    bad = "A cable joins ams01-acc-01 Gi1/0/7 (1000BASE-T) and ams01-core-01 Ethernet49/1 (QSFP28)."
    good = "A cable joins ams01-acc-01 Gi1/0/8 (1000BASE-T) and ams01-core-01 Ethernet1 (SFP+), which takes 1000BASE-T."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Links with nothing in common at their ends."""
        near = joined(objects).annotate(spoken=spoken(), circuit=over_circuit(f"{CABLE_PATH}__"))
        near_spoken = ExpressionWrapper(OuterRef("spoken"), output_field=IntegerField())
        far = far_end().filter(once(objects)).annotate(common=spoken().bitand(near_spoken)).filter(common=0)
        links = near.filter(Exists(far), circuit=False).annotate(far=described(context.user, type="type"))
        for row in self.rows(links, "type", "far", "far_id"):
            far_type = {"far end": far_name(row["far"]), "far type": row["far"]["type"]} if row["far"] else {}
            yield self.finding(
                row,
                context,
                "The types of the interfaces at the two ends of the link have no speed and medium in common.",
                key=str(row["far_id"]),
                details={"type": row["type"], **far_type},
            )
