"""What is not known before hardware is there, or told by what is not designed: serial numbers, and ports that nobody uses."""

from __future__ import annotations

from zlib import crc32

from example_network import versions
from nautobot.dcim.constants import NONCONNECTABLE_IFACE_TYPES
from nautobot.dcim.models import Device, Interface, Module
from nautobot.extras.models import Status


def build() -> None:
    """Number devices and modules, shut unused ports, and mark interfaces of planned devices as planned."""
    # Without validation: some hundred objects get values of their own, which the tests validate.
    for number, device in enumerate(Device.objects.order_by("created").select_related("device_type__manufacturer"), 1):
        Device.objects.filter(pk=device.pk).update(
            serial=_serial(device.name, device.device_type), asset_tag=f"EX-{number:05d}"
        )
    for module in Module.objects.select_related("module_type__manufacturer", "parent_module_bay__parent_device"):
        bay = module.parent_module_bay
        serial = _serial(f"{bay.parent_device.name} {bay.name}", module.module_type)
        Module.objects.filter(pk=module.pk).update(serial=serial)
    loose = Interface.objects.filter(versions.uncabled(), mgmt_only=False).exclude(type__in=NONCONNECTABLE_IFACE_TYPES)
    Interface.objects.filter(pk__in=list(loose.values_list("pk", flat=True))).update(enabled=False)
    planned = Status.objects.get(name="Planned")
    Interface.objects.filter(device__status=planned).update(status=planned)


def _serial(text: str, hardware: object) -> str:
    """A serial number that depends on the text only."""
    return f"{hardware.manufacturer.name[:3].upper()}{crc32(text.encode()):010d}"
