"""More defects: those that are records of their own, or that one field makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from nautobot.dcim.models import (
    Controller,
    ControllerManagedDeviceGroup,
    Device,
    Interface,
    Location,
    Platform,
    PowerFeed,
    Rack,
)
from nautobot.extras.models import ConfigContext, ExternalIntegration, Role, SecretsGroup, Status, Tag
from nautobot.ipam.models import VLAN, VRF, IPAddressToInterface


def _active() -> Status:
    return Status.objects.get(name="Active")


def _interface(device: str, name: str) -> Interface:
    return Interface.objects.get(device__name=device, name=name)


def _rack_elsewhere(defect: Any) -> None:
    rack = Rack.objects.get(name="TYO01-A01")
    # Nautobot's validation refuses it.
    Device.objects.filter(pk=defect.get().pk).update(rack=rack, position=min(rack.get_available_units()))


def _mac_duplicate(defect: Any) -> None:
    for interface in (defect.get(), _interface("nyc01-srv-02", "Gig-E 1")):
        interface.mac_address = "00:00:5E:00:53:01"
        interface.validated_save()


def _disabled_connected(defect: Any) -> None:
    interface = defect.get()
    interface.enabled = False
    interface.validated_save()


def _power_no_reserve(defect: Any) -> None:
    for feed in PowerFeed.objects.filter(rack=defect.get()):
        feed.amperage = 32
        feed.validated_save()


def _address_on_two(defect: Any) -> None:
    IPAddressToInterface(ip_address=defect.get(), interface=_interface("nyc01-srv-03", "Gig-E 1")).validated_save()


def _vrf_unused(defect: Any) -> None:
    VRF(**dict(defect.key), rd="64512:99", description="Laboratory, given up").validated_save()


def _vlan_twice(defect: Any) -> None:
    vlan = VLAN(**dict(defect.key), vid=101, status=_active())
    vlan.validated_save()
    vlan.locations.add(Location.objects.get(name="LON01"))


def _context(defect: Any, servers: list[str]) -> ConfigContext:
    context = ConfigContext(**dict(defect.key), weight=2500, data={"ntp": servers})
    context.validated_save()
    return context


def _context_conflict(defect: Any) -> None:
    context = _context(defect, ["192.0.2.124"])
    context.locations.set([Location.objects.get(name="LON01")])
    other = ConfigContext(name="Time for Cisco", weight=2500, data={"ntp": ["192.0.2.125"]})
    other.validated_save()
    other.platforms.set([Platform.objects.get(name="Cisco IOS XE")])


def _context_nowhere(defect: Any) -> None:
    context = _context(defect, ["192.0.2.126"])
    context.platforms.set([Platform.objects.get(name="HPE iLO")])
    context.roles.set([Role.objects.get(name="Firewall")])


def _tag_unused(defect: Any) -> None:
    tag = Tag(**dict(defect.key), description="For a campaign that is over")
    tag.validated_save()
    tag.content_types.set([ContentType.objects.get_for_model(Device)])


def _secrets_missing(defect: Any) -> None:
    group = SecretsGroup(**dict(defect.key), description="Credentials of the core switches, never entered")
    group.validated_save()
    device = Device.objects.get(name="ams01-core-01")
    device.secrets_group = group
    device.validated_save()


def _integration_without_tls(defect: Any) -> None:
    ExternalIntegration(
        **dict(defect.key), remote_url="http://billing.example.com/api", extra_config={"notify": "generic"}
    ).validated_save()


def _controller_nowhere(defect: Any) -> None:
    site = Location.objects.get(name="AMS01")
    controller = Controller(**dict(defect.key), location=site, status=_active())
    controller.validated_save()
    group = ControllerManagedDeviceGroup(name="Campus AMS01", controller=controller, weight=1000)
    group.validated_save()
    device = Device.objects.get(name="ams01-acc-03")
    device.controller_managed_device_group = group
    device.validated_save()


PLANTERS: dict[str, Callable[[Any], None]] = {
    "address_on_two": _address_on_two,
    "context_conflict": _context_conflict,
    "context_nowhere": _context_nowhere,
    "controller_nowhere": _controller_nowhere,
    "disabled_connected": _disabled_connected,
    "integration_without_tls": _integration_without_tls,
    "mac_duplicate": _mac_duplicate,
    "power_no_reserve": _power_no_reserve,
    "rack_elsewhere": _rack_elsewhere,
    "secrets_missing": _secrets_missing,
    "tag_unused": _tag_unused,
    "vlan_twice": _vlan_twice,
    "vrf_unused": _vrf_unused,
}
