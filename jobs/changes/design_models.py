"""The models that designs may have, and nothing else: what they are called, and what tells their objects from others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Model

from ..toolkit.access import RefusalError


@dataclass(frozen=True)
class Kind:
    """A model that designs may have.

    Args:
        label: its label: "dcim.device".
        text: the field that a text alone stands for: "$location: AMS01" is the location whose name is AMS01.
        columns: fields of the language that the database has under other names: they go into keys, and are given to new
            objects; nothing changes them.
    """

    label: str
    text: str = "name"
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def model(self) -> Any:
        """The model.

        Raises:
            RefusalError: this Nautobot has none.
        """
        try:
            return apps.get_model(self.label)
        except LookupError:
            raise RefusalError(f"this Nautobot has no model {self.label}.") from None


CABLE = "cable"

KINDS: dict[str, Kind] = {
    # Places
    "location_type": Kind("dcim.locationtype"),
    "location": Kind("dcim.location"),
    "rack_group": Kind("dcim.rackgroup"),
    "rack": Kind("dcim.rack"),
    "power_panel": Kind("dcim.powerpanel"),
    "power_feed": Kind("dcim.powerfeed"),
    # Hardware
    "manufacturer": Kind("dcim.manufacturer"),
    "platform": Kind("dcim.platform"),
    "software_version": Kind("dcim.softwareversion", "version"),
    "device_type": Kind("dcim.devicetype", "model"),
    "module_type": Kind("dcim.moduletype", "model"),
    "interface_template": Kind("dcim.interfacetemplate"),
    "front_port_template": Kind("dcim.frontporttemplate"),
    "rear_port_template": Kind("dcim.rearporttemplate"),
    "console_port_template": Kind("dcim.consoleporttemplate"),
    "console_server_port_template": Kind("dcim.consoleserverporttemplate"),
    "power_port_template": Kind("dcim.powerporttemplate"),
    "power_outlet_template": Kind("dcim.poweroutlettemplate"),
    "device_bay_template": Kind("dcim.devicebaytemplate"),
    "module_bay_template": Kind("dcim.modulebaytemplate"),
    "device": Kind("dcim.device"),
    "module": Kind("dcim.module", "serial"),
    "virtual_chassis": Kind("dcim.virtualchassis"),
    "device_redundancy_group": Kind("dcim.deviceredundancygroup"),
    # Components
    "interface": Kind("dcim.interface"),
    "interface_redundancy_group": Kind("dcim.interfaceredundancygroup"),
    "interface_redundancy_group_association": Kind("dcim.interfaceredundancygroupassociation", "priority"),
    "front_port": Kind("dcim.frontport"),
    "rear_port": Kind("dcim.rearport"),
    "console_port": Kind("dcim.consoleport"),
    "console_server_port": Kind("dcim.consoleserverport"),
    "power_port": Kind("dcim.powerport"),
    "power_outlet": Kind("dcim.poweroutlet"),
    "device_bay": Kind("dcim.devicebay"),
    "module_bay": Kind("dcim.modulebay"),
    "cable": Kind("dcim.cable", "label"),
    # Addresses
    "namespace": Kind("ipam.namespace"),
    "rir": Kind("ipam.rir"),
    "route_target": Kind("ipam.routetarget"),
    "vrf": Kind("ipam.vrf"),
    "vlan_group": Kind("ipam.vlangroup"),
    "vlan": Kind("ipam.vlan", "vid"),
    "prefix": Kind("ipam.prefix", "prefix", {"prefix": ("network", "prefix_length")}),
    "ip_address": Kind("ipam.ipaddress", "address", {"address": ("host",), "namespace": ("parent__namespace",)}),
    "service": Kind("ipam.service"),
    # Circuits
    "provider": Kind("circuits.provider"),
    "provider_network": Kind("circuits.providernetwork"),
    "circuit_type": Kind("circuits.circuittype"),
    "circuit": Kind("circuits.circuit", "cid"),
    "circuit_termination": Kind("circuits.circuittermination", "term_side"),
    # Tenants and virtual machines
    "tenant_group": Kind("tenancy.tenantgroup"),
    "tenant": Kind("tenancy.tenant"),
    "cluster_type": Kind("virtualization.clustertype"),
    "cluster_group": Kind("virtualization.clustergroup"),
    "cluster": Kind("virtualization.cluster"),
    "virtual_machine": Kind("virtualization.virtualmachine"),
    "vm_interface": Kind("virtualization.vminterface"),
    # What is common to all
    "status": Kind("extras.status"),
    "role": Kind("extras.role"),
    "tag": Kind("extras.tag"),
}
BY_LABEL = {kind.label: name for name, kind in KINDS.items()}
CONTENT_TYPE = "contenttypes.contenttype"

# What an address is assigned to: Nautobot has rows of a model of their own for that.
ASSIGNMENTS = {"interfaces": "interface", "vm_interfaces": "vm_interface"}
CUSTOM_FIELDS = "custom_fields"
# What brings components with it when it is created.
BRINGING = ("device", "module")
_NEVER = ("id", "created", "last_updated", "ip_addresses")


def fields_of(name: str) -> dict[str, Any]:
    """The fields of a model that designs may set, by name: Django's field, or None for those of the language."""
    kind = KINDS[name]
    found: dict[str, Any] = {each.name: each for each in _settable(kind.model)}
    if name in ("prefix", "ip_address"):
        for each in ("network", "broadcast", "prefix_length", "ip_version", "host", "mask_length", "parent"):
            found.pop(each, None)
        found |= dict.fromkeys(kind.columns)
    if name == "ip_address":
        found |= dict.fromkeys(ASSIGNMENTS)
    if any(each.name == "_custom_field_data" for each in kind.model._meta.concrete_fields):
        found[CUSTOM_FIELDS] = None
    return found


def _settable(model: type[Model]) -> Iterator[Any]:
    for each in (*model._meta.concrete_fields, *model._meta.many_to_many, *model._meta.private_fields):
        if each.name.startswith("_") or each.name in _NEVER or not each.editable:
            continue
        if each.is_relation:
            target = getattr(each, "related_model", None)
            label = target._meta.label_lower if target else ""
            if label not in BY_LABEL and label != CONTENT_TYPE:
                continue
        elif not each.concrete:
            continue
        yield each
