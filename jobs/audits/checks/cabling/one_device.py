"""DCIM-CABLE-006: cable between ports of one device."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q, QuerySet

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.compat_cables import end_device, end_port, with_ends
from ....toolkit.findings import Finding, Severity
from ._ends import COLUMNS, SIDES, names, with_names


class CableOnOneDevice(Check):
    """Cables that begin and end at one device."""

    id = "DCIM-CABLE-006"
    title = "Cable between ports of one device"
    severity = Severity.MEDIUM
    model = "dcim.cable"
    description = (
        "Both ends of the cable are on one device, its modules included: between two interfaces of a switch that is a "
        "loop, between power ports it feeds nothing. Cables between two front ports of a panel are left alone, since "
        "they connect what is behind. More often than not one end is recorded at the wrong device."
    )
    remedy = "Correct the end of the cable, or exempt the role of devices that are meant to be cabled to themselves."
    tags = ("cabling",)
    parameters = {
        "exempt_roles": Parameter((), "Names of the roles of devices with cables to themselves, such as multiplexers.")
    }
    since = "0.1.0"
    bad = "The cable AMS01-0042 leads from ams01-acc-01 Gi1/0/7 to ams01-acc-01 Gi1/0/8."
    good = "The cable AMS01-0043 leads from ams01-acc-01 to ams01-acc-02, the other member of its virtual chassis."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Cables with the same device at both ends."""
        cables = with_ends(objects).annotate(
            **{f"{side}_device": end_device(side, "pk") for side in SIDES},
            **{f"{side}_front": end_port(side, "pk", ports=("front_port",)) for side in SIDES},
        )
        cables = cables.filter(Q(a_front=None) | Q(b_front=None), a_device=F("b_device"))
        if self.values["exempt_roles"]:
            cables = cables.annotate(device_role=end_device("a", "role__name")).exclude(
                device_role__in=self.values["exempt_roles"]
            )
        for row in self.rows(with_names(cables, context.user), *COLUMNS):
            yield self.finding(row, context, "Both ends of the cable are on one device.", details=names(row))
