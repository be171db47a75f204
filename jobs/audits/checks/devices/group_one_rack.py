"""DCIM-DEVICE-016: redundancy group in one rack."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, QuerySet
from nautobot.dcim.models import Rack

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import count
from ._groups import listed, members, visible_names


class RedundancyGroupOneRack(Check):
    """Redundancy groups that one rack takes down."""

    id = "DCIM-DEVICE-016"
    title = "Redundancy group in one rack"
    severity = Severity.MEDIUM
    model = "dcim.deviceredundancygroup"
    description = (
        "The device redundancy group has several members, and all of them are in one and the same rack. Groups with a "
        "member without a rack are left alone. Only asked where the parameter says that members are to be in different "
        "racks: sites with one rack cannot do it. A rack that loses power, or is flooded, takes all members with it."
    )
    remedy = "Move one member to another rack."
    tags = ("redundancy", "rack", "policy")
    parameters = {"apart": Parameter(False, "Whether the members of a redundancy group are to be in different racks.")}
    since = "0.1.0"
    bad = "ams01-fw-01 and ams01-fw-02, the members of ams01-fw, are both in the rack AMS01-A01."
    good = "ams01-fw-01 is in the rack AMS01-A01, and ams01-fw-02 in AMS01-B01."
    policy = {"apart": True}

    def idle(self) -> str:
        return "" if self.values["apart"] else "Members of a group may be in one rack (parameter apart)."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        devices = members("device_redundancy_group")
        visible_racks = Rack.objects.restrict(context.user, "view").order_by().values("pk")
        groups = objects.annotate(
            size=count(devices),
            racked=count(devices, "rack"),
            racks=count(devices, "rack", distinct=True),
            names=visible_names(devices, context.user),
            rack_names=visible_names(devices.filter(rack__in=visible_racks), context.user, "rack__name"),
        ).filter(size__gt=1, size=F("racked"), racks=1)
        for row in self.rows(groups, "size", "names", "rack_names"):
            yield self.finding(
                row,
                context,
                f"All {row['size']} members are in one rack.",
                details={"rack": listed(row["rack_names"]), "members": listed(row["names"])},
            )
