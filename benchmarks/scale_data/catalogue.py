"""What all sites share: location types, roles, platforms, device types and module types with their templates."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any

from django.contrib.contenttypes.models import ContentType
from nautobot.dcim import models as dcim
from nautobot.extras.models import Role, Status
from nautobot.ipam import models as ipam
from scale_data.hardware import MODULES, PLATFORMS, TYPES, Hardware

COMPONENTS = ("Interface", "ConsolePort", "ConsoleServerPort", "PowerPort", "PowerOutlet", "RearPort", "FrontPort")


class Catalogue:
    """The shared objects, by the keys of the plan; written when it is made."""

    def __init__(self) -> None:
        self.region_type, self.site_type = _location_types()
        devices = [ContentType.objects.get_for_model(dcim.Device)]
        self.roles = {name: _save(Role(name=name)) for name in sorted({item.role for item in TYPES.values()})}
        for role in self.roles.values():
            role.content_types.set(devices)
        makers = sorted({item.manufacturer for item in (*TYPES.values(), *MODULES.values())})
        self.makers = {name: _save(dcim.Manufacturer(name=name)) for name in makers}
        self.platforms = {
            maker: _save(dcim.Platform(name=name, network_driver=driver, manufacturer=self.makers[maker]))
            for maker, (name, driver) in PLATFORMS.items()
        }
        self.modules = {key: self._module_type(item) for key, item in MODULES.items()}
        self.types = {key: self._device_type(item) for key, item in TYPES.items()}
        self.active = Status.objects.get(name="Active")
        self.namespace = _save(ipam.Namespace(name="Scale"))

    def prefix(self, network: IPv4Network, kind: str, parent: Any) -> dict[str, Any]:
        """Fields of a prefix."""
        return {
            "network": str(network.network_address),
            "broadcast": str(network.broadcast_address),
            "prefix_length": network.prefixlen,
            "ip_version": 4,
            "type": kind,
            "namespace_id": self.namespace.pk,
            "parent_id": parent.pk if parent else None,
            "status_id": self.active.pk,
        }

    def _module_type(self, item: Hardware) -> Any:
        module_type = _save(dcim.ModuleType(manufacturer=self.makers[item.manufacturer], model=item.model))
        _templates(item, module_type=module_type)
        return module_type

    def _device_type(self, item: Hardware) -> Any:
        maker = self.makers[item.manufacturer]
        device_type = dcim.DeviceType(manufacturer=maker, model=item.model, u_height=item.height, is_full_depth=False)
        _templates(item, device_type=_save(device_type))
        bays = (
            dcim.ModuleBayTemplate(device_type=device_type, name=name, position=place)
            for name, place, _ in item.modules
        )
        dcim.ModuleBayTemplate.objects.bulk_create(bays)
        return device_type


def _save(item: Any) -> Any:
    item.validated_save()
    return item


def _location_types() -> tuple[Any, Any]:
    region = _save(dcim.LocationType(name="Region"))
    site = _save(dcim.LocationType(name="Site", parent=region))
    inside = (dcim.Device, dcim.Module, dcim.Rack, dcim.RackGroup, dcim.PowerPanel, ipam.Prefix)
    site.content_types.set(ContentType.objects.get_for_model(model) for model in inside)
    return region, site


def fields_of(component: str, kind: str) -> dict[str, Any]:
    """Model fields of a component, or of its template, of this type."""
    if component == "Interface" and kind == "mgmt":
        return {"type": "1000base-t", "mgmt_only": True}
    return {"type": kind}


def _templates(item: Hardware, **parent: Any) -> None:
    made: dict[str, list[Any]] = {}
    for component in COMPONENTS:
        template = getattr(dcim, f"{component}Template")
        for number, (name, kind) in enumerate(item.parts.get(component, ())):
            values = fields_of(component, kind)
            if component == "PowerOutlet":
                values["power_port_template"] = made["PowerPort"][0]
            elif component == "FrontPort":
                values["rear_port_template"] = made["RearPort"][number]
            made.setdefault(component, []).append(template(name=name, **values, **parent))
        template.objects.bulk_create(made.get(component, []))
