"""DCIM-LINK-007: LAG to several devices."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet
from nautobot.dcim.models import CablePath, Device, Interface

from ....toolkit.checks import Check, Context
from ....toolkit.compat import device_value, no_breakout
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect


def _far_ends(depth: int) -> QuerySet:
    """The far ends of the members of the LAG, so many queries away, each with `far_device`."""
    lag = OuterRef(OuterRef(OuterRef("pk")))
    for _ in range(depth):
        lag = OuterRef(lag)
    kind = ContentType.objects.get_for_model(Interface)
    members = Interface.objects.filter(lag=lag).order_by().values("pk")
    paths = CablePath.objects.filter(
        origin_type=kind, destination_type=kind, origin_id__in=members, **no_breakout()
    ).order_by()
    far = Interface.objects.filter(pk__in=paths.values("destination_id")).order_by()
    return far.annotate(far_device=device_value("pk")).filter(far_device__isnull=False)


class LagToSeveralDevices(Check):
    """LAGs whose members end on devices that cannot form one LAG together."""

    id = "DCIM-LINK-007"
    title = "LAG to several devices"
    severity = Severity.MEDIUM
    model = "dcim.interface"
    description = (
        "The members of a LAG lead, over cable paths, to interfaces of several devices which are neither members of "
        "one virtual chassis nor of one device redundancy group, and are not connected with each other as the two "
        "devices of an MC-LAG are. Either a cable is recorded at the wrong port, or what makes the devices one for "
        "their neighbours is not recorded."
    )
    remedy = (
        "Correct the cable, or put the far devices into a device redundancy group if they do serve one LAG together, "
        "as with EVPN multihoming."
    )
    tags = ("link", "lag")
    since = "0.1.0"
    bad = "Of ams01-acc-03 Port-channel1, one member leads to ams01-core-01 and one to lon01-core-01."
    good = "Of ams01-acc-03 Port-channel1, the members lead to ams01-core-01 and ams01-core-02, which have a peer link."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """LAGs with two far devices that do not belong together."""
        kind = ContentType.objects.get_for_model(Interface)
        one, other = _far_ends(0), _far_ends(1)
        joined = CablePath.objects.filter(
            origin_type=kind,
            destination_type=kind,
            origin_id__in=Interface.objects.filter(device=OuterRef(OuterRef(OuterRef("far_device"))))
            .order_by()
            .values("pk"),
            destination_id__in=Interface.objects.filter(device=OuterRef(OuterRef("far_device")))
            .order_by()
            .values("pk"),
        ).order_by()
        strange = other.filter(
            ~Exists(joined),
            ~Exists(
                Device.objects.filter(pk=OuterRef("far_device"))
                .filter(
                    Q(virtual_chassis=OuterRef(OuterRef("far_chassis")))
                    | Q(device_redundancy_group=OuterRef(OuterRef("far_group")))
                )
                .order_by()
            ),
            far_device__gt=OuterRef("far_device"),
        )
        one = one.annotate(
            far_chassis=device_value("virtual_chassis"), far_group=device_value("device_redundancy_group")
        )
        seen = Device.objects.restrict(context.user, "view").filter(pk=OuterRef("far_device")).order_by()
        lags = objects.filter(Exists(one.filter(Exists(strange))), type="lag").annotate(
            far_names=collect(_far_ends(0).filter(Exists(seen)), device_value("name"))
        )
        for row in self.rows(lags, "far_names"):
            yield self.finding(
                row,
                context,
                "The members of the LAG lead to several devices that do not belong together.",
                details={"far devices": ", ".join(sorted({name for name in row["far_names"] or () if name}))},
            )
