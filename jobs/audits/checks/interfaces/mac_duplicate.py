"""DCIM-IFACE-003: MAC address on several devices."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Coalesce, Concat, Upper
from nautobot.dcim.constants import NONCONNECTABLE_IFACE_TYPES
from nautobot.dcim.models import Device, Interface

from ....toolkit.checks import Check, Context, Parameter
from ....toolkit.compat import device_value
from ....toolkit.findings import Finding, Severity
from ....toolkit.queries import collect, several_times


class MacAddressDuplicate(Check):
    """Physical interfaces of different devices with one MAC address."""

    id = "DCIM-IFACE-003"
    title = "MAC address on several devices"
    severity = Severity.MEDIUM
    model = "dcim.interface"
    description = (
        "The physical interface has the same MAC address, in whatever case, as one of another device. Members of one "
        "virtual chassis count as one device; virtual interfaces, LAGs and bridges are not looked at, since gateways "
        "share addresses on purpose. Whoever looks for an address of the network finds the wrong port."
    )
    remedy = "Read the MAC address from the device, and correct it."
    tags = ("mac",)
    parameters = {
        "ignored": Parameter(
            ("00:00:00:00:00:00", "FF:FF:FF:FF:FF:FF"), "MAC addresses, in upper case, that stand for none."
        )
    }
    since = "0.1.0"
    bad = "ams01-srv-01 eth0 has 00:1B:21:AA:BB:CC, and so has ams01-srv-02 eth0."
    good = "ams01-core-01 Vlan101 and ams01-core-02 Vlan101 share the anycast address 00:00:5E:00:01:01."

    def find(self, objects: QuerySet, context: Context) -> Iterator[Finding]:
        """Interfaces whose MAC address more than one device has."""
        holder = Coalesce(device_value("virtual_chassis"), device_value("pk"), output_field=UUIDField())
        physical = (
            Interface.objects.exclude(type__in=NONCONNECTABLE_IFACE_TYPES)
            .exclude(mac_address="")
            .annotate(mac=Upper("mac_address", output_field=CharField()), holder=holder)
            .exclude(mac__in=self.values["ignored"])
            .order_by()
        )
        several = several_times(physical, "mac", of="holder")
        seen = Device.objects.restrict(context.user, "view").filter(pk=OuterRef("own_device")).order_by()
        visible = Interface.objects.restrict(context.user, "view").filter(pk=OuterRef("pk")).order_by()
        others = physical.annotate(own_device=device_value("pk")).filter(
            ~Q(pk=OuterRef("pk")), Exists(seen), Exists(visible), mac=OuterRef("mac")
        )
        doubled = (
            objects.exclude(type__in=NONCONNECTABLE_IFACE_TYPES)
            .exclude(mac_address="")
            .annotate(mac=Upper("mac_address", output_field=CharField()))
            .filter(mac__in=several)
            .annotate(others=collect(others, Concat(device_value("name"), Value(" "), F("name"))))
        )
        for row in self.rows(doubled, "mac", "others"):
            yield self.finding(
                row,
                context,
                f"An interface of another device has the MAC address {row['mac']} too.",
                details={"MAC address": row["mac"], "also on": ", ".join(sorted(filter(None, row["others"] or ())))},
            )
