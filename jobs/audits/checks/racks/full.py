"""DCIM-RACK-008: rack nearly full."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import JSONObject
from nautobot.dcim.models import Device

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect
from ._units import mounted


class RackFull(Check):
    """Racks without room."""

    id = "DCIM-RACK-008"
    title = "Rack nearly full"
    severity = Severity.INFO
    model = "dcim.rack"
    description = (
        "More than the given percentage of the rack's units are taken up by devices, of whatever status. A unit counts "
        "once, on whichever face; reservations do not count. Worth knowing before the next device is ordered."
    )
    remedy = "Plan new devices elsewhere, or take out what is no longer used."
    tags = ("rack", "capacity")
    parameters = {"percent": Parameter(90, "Above which percentage of units in use a rack is nearly full.")}
    since = "0.1.0"
    bad = "40 of 42 units of AMS01-A01 are in use."
    good = "AMS01-A01 has two patch panels in U1, on front and rear: one unit is in use."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        devices = mounted(Device.objects.filter(rack=OuterRef("pk"))).order_by()
        heights = devices.values("rack").annotate(_sum=Sum("device_type__u_height")).values("_sum")
        # Heights together are at least the units in use: devices that share one, on two faces, are counted twice. The
        # database picks the racks that may be nearly full, and the units are counted here.
        racks = objects.annotate(heights=Subquery(heights, output_field=IntegerField())).filter(
            heights__gt=F("u_height") * self.values["percent"] / 100.0
        )
        racks = racks.annotate(inside=collect(devices, JSONObject(bottom="position", top="top")))
        for row in self.rows(racks, "u_height", "inside"):
            in_use = {unit for each in row["inside"] or () for unit in range(each["bottom"], each["top"] + 1)}
            number = len(in_use & set(range(1, row["u_height"] + 1)))
            if number * 100 > self.values["percent"] * row["u_height"]:
                yield self.finding(
                    row,
                    context,
                    f"{number} of {row['u_height']} units are in use ({number * 100 // row['u_height']} %).",
                    details={"free": str(row["u_height"] - number)},
                )
