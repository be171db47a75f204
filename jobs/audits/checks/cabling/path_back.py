"""DCIM-CABLE-007: cable path that splits or leads back."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from ....toolkit.checks import Check, Context
from ....toolkit.compat import CABLE_PATH, device_value, no_breakout
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import truth
from ._paths import described, far_end, far_name


class PathSplitsOrReturns(Check):
    """Interfaces whose cabling nobody can follow, or that are cabled to their own device over panels."""

    id = "DCIM-CABLE-007"
    title = "Cable path that splits or leads back"
    severity = Severity.MEDIUM
    model = "dcim.interface"
    description = (
        "Nautobot cannot follow the cabling of the interface, because it comes to the back of a panel with several "
        "positions without having gone in at the front of one; or the cabling leads over panels to another interface "
        "of the same device. Lanes of breakout cables, which split by design, and cables that join two ports of one "
        "device directly (DCIM-CABLE-006) are left alone. Somewhere on the way a cable is recorded at the wrong port."
    )
    remedy = "Trace the path in Nautobot, and correct the cable that is at the wrong port."
    tags = ("cabling", "panel")
    since = "0.1.0"
    bad = "From ams01-acc-03 Gi1/1/1 the path goes over two panels to ams01-acc-03 Gi1/1/2."
    good = "From ams01-acc-03 Gi1/1/1 the path goes over two panels to ams01-core-01 Ethernet4."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Interfaces with a path that is split or ends on their own device."""
        interfaces = objects.filter(**{f"{CABLE_PATH}__isnull": False}, **no_breakout(f"{CABLE_PATH}__")).annotate(
            far_id=F(f"{CABLE_PATH}__destination_id"),
            split=F(f"{CABLE_PATH}__is_split"),
            second=KeyTextTransform("1", f"{CABLE_PATH}__path"),
            own_device=device_value("pk"),
        )
        same = far_end().annotate(its_device=device_value("pk")).filter(its_device=OuterRef("own_device"))
        wrong = interfaces.annotate(returns=truth(Q(second__isnull=False) & Q(Exists(same)))).filter(
            Q(split=True) | Q(returns=True)
        )
        for row in self.rows(wrong.annotate(far=described(context.user)), "split", "far"):
            message = "Nautobot cannot follow the cable path: it splits at the back of a panel."
            if not row["split"]:
                message = "The cable path leads over panels back to the same device."
            yield self.finding(row, context, message, details={"far end": far_name(row["far"])})
