"""DCIM-CABLE-009: planned cable in use."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from nautobot.dcim.models import Interface
from nautobot.ipam.models import IPAddressToInterface

from ....toolkit.checks import Check, Context
from ....toolkit.compat_cables import end_device, end_port, with_ends
from ....toolkit.findings import Finding, Severity
from ._ends import COLUMNS, SIDES, names, with_names


class PlannedCableInUse(Check):
    """Cables that are planned, between interfaces that are in use."""

    id = "DCIM-CABLE-009"
    title = "Planned cable in use"
    severity = Severity.LOW
    model = "dcim.cable"
    description = (
        "The cable has the status Planned and joins two interfaces that are enabled and Active, as are their devices, "
        "and that both carry something: an IP address, VLANs, or a LAG that they are members of. Most probably the "
        "cable is in place, and nobody changed its status; until then Nautobot holds the interfaces for not connected. "
        "Of breakout cables, the first connectors are judged."
    )
    remedy = "Set the status of the cable to Connected, or disable the interfaces until it is in place."
    tags = ("cabling", "status")
    since = "0.1.0"
    bad = "The cable AMS01-0042 is Planned; at both ends are enabled members of a LAG."
    good = (
        "The cable AMS01-0043 is Planned; ams01-acc-01 Gi1/0/9 at its A end is enabled, and has no VLAN and no address."
    )

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Planned cables between two interfaces in use."""
        cables = with_ends(objects.filter(status__name="Planned"))
        for side in SIDES:
            addresses = IPAddressToInterface.objects.filter(interface=OuterRef("pk")).order_by()
            in_use = Interface.objects.filter(
                ~Q(mode="") | Q(lag__isnull=False) | Q(Exists(addresses)),
                pk=OuterRef(f"{side}_interface"),
                enabled=True,
                status__name="Active",
            ).order_by()
            cables = cables.annotate(
                **{
                    f"{side}_interface": end_port(side, "pk", ports=("interface",)),
                    f"{side}_status": end_device(side, "status__name"),
                }
            ).filter(Exists(in_use), **{f"{side}_status": "Active"})
        for row in self.rows(with_names(cables, context.user), *COLUMNS):
            yield self.finding(
                row, context, "The cable is planned, and both its interfaces are in use.", details=names(row)
            )
