"""Components of devices, from the templates of their types.

`Device.create_components()` does the same with one or two queries a component; here it is one statement a model. A test
compares the two.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from django.db.models import Model
from example_network.hardware import DEVICE_TYPES
from example_network.network import Network
from nautobot.dcim.models import (
    ConsolePort,
    ConsolePortTemplate,
    ConsoleServerPort,
    ConsoleServerPortTemplate,
    Device,
    DeviceType,
    FrontPort,
    FrontPortTemplate,
    Interface,
    InterfaceTemplate,
    ModuleBay,
    ModuleBayTemplate,
    PowerOutlet,
    PowerOutletTemplate,
    PowerPort,
    PowerPortTemplate,
    RearPort,
    RearPortTemplate,
)

# Those that others refer to come first.
MODELS: dict[type[Model], type[Model]] = {
    ConsolePort: ConsolePortTemplate,
    ConsoleServerPort: ConsoleServerPortTemplate,
    PowerPort: PowerPortTemplate,
    PowerOutlet: PowerOutletTemplate,
    Interface: InterfaceTemplate,
    RearPort: RearPortTemplate,
    FrontPort: FrontPortTemplate,
    ModuleBay: ModuleBayTemplate,
}
# References from one template to another, and what they are on the component.
_SIBLINGS = {"power_port_template_id": "power_port_id", "rear_port_template_id": "rear_port_id"}
_NOT_COPIED = {"id", "created", "last_updated", "_name", "_custom_field_data", "device_type_id", "module_type_id"}


def build(net: Network) -> None:
    """Give every device in `net.devices` the components of its type."""
    hardware = {net.get(DeviceType, key).pk: item for key, item in DEVICE_TYPES.items()}
    made: dict[tuple[Any, Any], Any] = {}  # (device, template) -> component
    for model, template_model in MODELS.items():
        templates: dict[Any, list[Any]] = {}
        for template in sorted(template_model.objects.exclude(device_type=None), key=_by_number):
            templates.setdefault(template.device_type_id, []).append(template)
        items = []
        for device in net.devices.values():
            for template in templates.get(device.device_type_id, []):
                item = _component(model, template, device, made)
                if model is Interface:
                    item.status = net.status("Active")
                    if device.vc_position:
                        item.name = hardware[device.device_type_id].on_member(item.name, device.vc_position)
                items.append(item)
                net.remember_component(device.name, item)
        model.objects.bulk_create(items, batch_size=1000)


def _by_number(item: Any) -> list[tuple[int, str]]:
    """Sort key by name, numbers in it as such; the database's order depends on its collation."""
    return [(int(part) if part.isdigit() else -1, part) for part in re.split(r"(\d+)", item.name)]


def _component(model: type[Model], template: Any, device: Device, made: dict[tuple[Any, Any], Any]) -> Any:
    """The component of the device by this template: all that both have, references to siblings translated."""
    common = {field.attname for field in model._meta.concrete_fields} - _NOT_COPIED
    values = {
        field.attname: getattr(template, field.attname)
        for field in template._meta.concrete_fields
        if field.attname in common
    }
    for theirs, ours in _SIBLINGS.items():
        if sibling := getattr(template, theirs, None):
            values[ours] = made[device.pk, sibling].pk
    # The same key every time: what names the end of a link that comes first names the same one in each build.
    key = uuid5(NAMESPACE_OID, f"{model._meta.label_lower} {device.name} {template.name}")
    item = model(id=key, **values, **{"parent_device" if model is ModuleBay else "device": device})
    made[device.pk, template.pk] = item
    return item


def remember_modules(net: Network) -> None:
    """Make the components of installed modules known under the device that they are in."""
    for model in MODELS:
        owner = "parent_module" if model is ModuleBay else "module"
        rows = model.objects.filter(**{f"{owner}__isnull": False})
        for item in sorted(rows.select_related(f"{owner}__parent_module_bay__parent_device"), key=_by_number):
            module = getattr(item, owner)
            net.remember_component(module.parent_module_bay.parent_device.name, item)
