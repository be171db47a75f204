"""DCIM-CABLE-010: enabled interface without a cable."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F, Q, QuerySet
from nautobot.dcim.constants import NONCONNECTABLE_IFACE_TYPES
from nautobot.dcim.models import Interface

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.compat import CABLED, device_value
from ....toolkit.findings import Finding, Severity


class EnabledWithoutCable(Check):
    """Interfaces that are open to whoever plugs in."""

    id = "DCIM-CABLE-010"
    title = "Enabled interface without a cable"
    severity = Severity.LOW
    model = "dcim.interface"
    description = (
        "A physical interface with one of the given statuses is enabled, is not for management only, and has no cable, "
        "on a device on which unused interfaces are shut: at least the given share of its interfaces without a cable "
        "is disabled. On other devices nobody keeps the field, or ports are left open on purpose. Either the cable is "
        "missing in Nautobot, or the interface was not shut when its cable went."
    )
    remedy = "Record the cable, or disable the interface in Nautobot and on the device."
    tags = ("cabling", "security")
    parameters = {
        "statuses": Parameter(("Active",), "Names of the statuses of interfaces that are judged."),
        "disabled_share": Parameter(
            0.5, "Judge devices on which at least this share of the interfaces without a cable is disabled; 0 for all."
        ),
        "exempt_roles": Parameter((), "Names of the roles of devices and interfaces that may be open."),
    }
    since = "0.1.0"
    bad = "par01-acc-01 Gi1/0/40 is enabled and has no cable; 25 other interfaces without cable are disabled."
    good = (
        "par01-acc-09 has 30 interfaces without a cable, and all of them are enabled: a port may be used at any time."
    )

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Enabled interfaces without a cable."""
        loose = {"mgmt_only": False}
        physical = ~Q(type__in=NONCONNECTABLE_IFACE_TYPES)
        open_ports = objects.filter(
            ~CABLED, physical, enabled=True, status__name__in=self.values["statuses"], **loose
        ).annotate(holder=device_value("pk"))
        if share := self.values["disabled_share"]:
            shut = (
                Interface.objects.filter(~CABLED, physical, **loose)
                .annotate(holder=device_value("pk"))
                .order_by()
                .values("holder")
                .annotate(total=Count("pk"), shut=Count("pk", filter=Q(enabled=False)))
                .filter(shut__gte=share * F("total"))
            )
            open_ports = open_ports.filter(holder__in=shut.values("holder"))
        if exempt := self.values["exempt_roles"]:
            open_ports = open_ports.annotate(device_role=device_value("role__name")).exclude(
                Q(device_role__in=exempt) | Q(role__name__in=exempt)
            )
        for row in self.rows(open_ports, "type", "description"):
            yield self.finding(
                row,
                context,
                "The interface is enabled, and has no cable.",
                details={"type": row["type"], "description": row["description"]},
            )
