"""What the engines know of each model: how its objects are called, where they belong, and how a selection reaches them.

A model that is not in SUBJECTS is called by its field `name` and belongs nowhere: a selection of locations, say, does
not contain it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import F, OuterRef, Subquery, UUIDField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from . import compat

_LOCATED = {"locations": ("location",), "tenants": ("tenant",), "tags": ("tags",), "statuses": ("status",)}


# What is looked at along with an object, though no part of it: model to the models that it may be in, and by which paths.
REACHED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "dcim.device": {"dcim.rack": ("rack",), "dcim.devicetype": ("device_type",)},
    "dcim.rackreservation": {"dcim.rack": ("rack",)},
    "dcim.powerfeed": {"dcim.rack": ("rack",)},
    "ipam.prefix": {"ipam.prefix": ("parent",)},
    "ipam.ipaddress": {"ipam.prefix": ("parent",)},
    "circuits.circuittermination": {"circuits.circuit": ("circuit",)},
}


@dataclass(frozen=True)
class Subject:
    """One model.

    Args:
        name: columns or expressions that make the name of an object.
        format: how they make it, "{0}/{1}"; by default those that are not empty, with spaces between.
        order: columns to sort objects by; by default their names.
        location: column or expression with the primary key of the object's location, or None.
        role: column with the name of the object's role, or None.
        paths: variable of the scope to the paths to what it selects; an object that is reached by one of them is in.
        devices: paths to the device, or one of the devices, that the object is part of: it is in scope when one of
            these is, and `paths` are not looked at.
        machines: the same, for virtual machines.
        independent: it is looked at whatever the statuses of its devices are, where none is selected.
    """

    name: tuple[str | Combinable, ...] = ("name",)
    format: str = ""
    order: tuple[str | Combinable, ...] = ()
    location: str | Combinable | None = None
    role: str | None = None
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    devices: tuple[str, ...] = ()
    machines: tuple[str, ...] = ()
    independent: bool = False

    def annotations(self) -> dict[str, Any]:
        """What to annotate a queryset with, so that `display` can be asked about its rows."""
        nothing = Value(None, output_field=UUIDField(null=True))
        return {
            "subject_location": _expression(self.location) if self.location else nothing,
            "subject_role": _expression(self.role) if self.role else nothing,
            **{f"subject_name_{index}": _expression(part) for index, part in enumerate(self.name)},
        }

    def display(self, row: Mapping[str, Any]) -> str:
        """What an object is called, by a row with `annotations`."""
        parts = [row[f"subject_name_{index}"] for index in range(len(self.name))]
        if self.format:
            return self.format.format(*parts)
        return " ".join(str(part) for part in parts if part not in (None, "")) or f"#{row['pk']}"


def _expression(part: str | Combinable) -> Combinable:
    return F(part) if isinstance(part, str) else part


def _component(role: str | None = None) -> Subject:
    # Not by the bare name of the device: PostgreSQL would go through its index of names to begin at once, since results
    # are streamed, and through all that was found for each device.
    return Subject(
        name=(compat.device_value("name"), "name"),
        order=(Coalesce(compat.device_value("name"), Value("")), "name"),
        location=compat.device_value("location_id"),
        role=role,
        devices=tuple(compat.COMPONENT_TO_DEVICE),
    )


def _first_location(through: str, field_name: str, outer: str = "pk") -> Subquery:
    """The first location of an object that may have many."""
    rows = apps.get_model(through)._default_manager.filter(**{field_name: OuterRef(outer)})
    return Subquery(rows.order_by("location__name").values("location_id")[:1])


def _ip_address_location() -> Coalesce:
    """Where the interface is that has the address, else where its parent prefix is."""
    holders = apps.get_model("ipam.ipaddresstointerface")._default_manager.filter(ip_address=OuterRef("pk"))
    prefixes = apps.get_model("ipam.prefixlocationassignment")._default_manager.filter(prefix=OuterRef("parent"))
    place = Coalesce(
        compat.device_value("location_id", "interface__"),
        F("vm_interface__virtual_machine__cluster__location_id"),
        output_field=UUIDField(),
    )
    return Coalesce(
        Subquery(holders.annotate(_place=place).exclude(_place=None).order_by("_place").values("_place")[:1]),
        Subquery(prefixes.order_by("location__name").values("location_id")[:1]),
        output_field=UUIDField(),
    )


def _many_located(through: str, field_name: str) -> dict[str, Any]:
    return {
        "location": _first_location(through, field_name),
        "role": "role__name",
        "paths": {**_LOCATED, "locations": ("locations",), "roles": ("role",)},
    }


def _build() -> dict[str, Subject]:
    machine = {**_LOCATED, "locations": ("cluster__location",), "roles": ("role",), "platforms": ("platform",)}
    located: dict[str, Any] = {"location": "location_id", "paths": _LOCATED}
    no_status = {key: value for key, value in _LOCATED.items() if key != "statuses"}
    through_panel = {"locations": ("power_panel__location",), "tags": ("tags",), "statuses": ("status",)}
    at_circuit = {"locations": ("location",), "tenants": ("circuit__tenant",), "statuses": ("circuit__status",)}
    components = (
        "interface",
        "frontport",
        "rearport",
        "consoleport",
        "consoleserverport",
        "powerport",
        "poweroutlet",
    )
    on_device = Subject(
        name=("device__name", "name"), location="device__location_id", role="device__role__name", devices=("device",)
    )
    return {
        "dcim.device": Subject(
            order=("_name",),
            location="location_id",
            role="role__name",
            paths={
                **_LOCATED,
                "roles": ("role",),
                "device_types": ("device_type",),
                "platforms": ("platform",),
            },
        ),
        **{f"dcim.{model}": _component() for model in components},
        "dcim.inventoryitem": on_device,
        "dcim.devicebay": on_device,
        "dcim.virtualdevicecontext": on_device,
        "dcim.module": Subject(
            name=(compat.module_device_value("name"), "parent_module_bay__name", "module_type__model"),
            location=Coalesce(compat.module_device_value("location_id"), F("location_id")),
            role="role__name",
            devices=tuple(compat.MODULE_TO_DEVICE),
        ),
        "dcim.modulebay": Subject(
            name=("parent_device__name", "name"), location="parent_device__location_id", devices=("parent_device",)
        ),
        "dcim.cable": Subject(
            name=("label",), location=compat.cable_location(), devices=compat.CABLE_TO_DEVICES, independent=True
        ),
        "dcim.virtualchassis": Subject(location="master__location_id", devices=("members",), independent=True),
        "dcim.deviceredundancygroup": Subject(devices=("devices",), independent=True),
        "dcim.interfaceredundancygroup": Subject(devices=("interfaces__device",), independent=True),
        "dcim.rack": Subject(location="location_id", role="role__name", paths={**_LOCATED, "roles": ("role",)}),
        "dcim.rackgroup": Subject(location="location_id", paths={"locations": ("location",)}),
        "dcim.rackreservation": Subject(
            name=("rack__name", "description"),
            location="rack__location_id",
            paths={"locations": ("rack__location",), "tenants": ("tenant",), "tags": ("tags",)},
        ),
        "dcim.powerpanel": Subject(location="location_id", paths={"locations": ("location",), "tags": ("tags",)}),
        "dcim.powerfeed": Subject(
            name=("power_panel__name", "name"), location="power_panel__location_id", paths=through_panel
        ),
        "dcim.location": Subject(location="pk", paths={**_LOCATED, "locations": ("pk",)}),
        "dcim.controller": Subject(role="role__name", **located),
        "dcim.controllermanageddevicegroup": Subject(
            location="controller__location_id", paths={"locations": ("controller__location",), "tags": ("tags",)}
        ),
        "dcim.devicetype": Subject(name=("manufacturer__name", "model")),
        "dcim.moduletype": Subject(name=("manufacturer__name", "model")),
        "dcim.softwareversion": Subject(name=("platform__name", "version"), paths={"statuses": ("status",)}),
        "dcim.softwareimagefile": Subject(name=("image_file_name",)),
        "ipam.prefix": Subject(
            name=("network", "prefix_length"),
            format="{0}/{1}",
            **_many_located("ipam.prefixlocationassignment", "prefix"),
        ),
        "ipam.vlan": Subject(
            name=("name", "vid"), format="{0} ({1})", **_many_located("ipam.vlanlocationassignment", "vlan")
        ),
        "ipam.ipaddress": Subject(
            name=("host", "mask_length"),
            format="{0}/{1}",
            location=_ip_address_location(),
            role="role__name",
            paths={
                **_LOCATED,
                "locations": (
                    "parent__locations",
                    *(f"interfaces__{path}__location" for path in compat.COMPONENT_TO_DEVICE),
                    "vm_interfaces__virtual_machine__cluster__location",
                ),
                "roles": ("role",),
            },
        ),
        **(
            {
                "ipam.ipaddressrange": Subject(
                    name=("start_host", "end_host"),
                    format="{0} - {1}",
                    location=_first_location("ipam.prefixlocationassignment", "prefix", outer="parent"),
                    role="role__name",
                    paths={**_LOCATED, "locations": ("parent__locations",), "roles": ("role",)},
                )
            }
            if compat.address_ranges()
            else {}
        ),
        "ipam.vlangroup": Subject(location="location_id", paths={"locations": ("location",)}),
        "ipam.namespace": Subject(location="location_id", paths={"locations": ("location",)}),
        "ipam.vrf": Subject(paths={"tenants": ("tenant",), "tags": ("tags",)}),
        "ipam.routetarget": Subject(paths={"tenants": ("tenant",), "tags": ("tags",)}),
        "ipam.service": Subject(
            name=(Coalesce("device__name", "virtual_machine__name"), "name"),
            location=Coalesce("device__location_id", "virtual_machine__cluster__location_id"),
            devices=("device",),
            machines=("virtual_machine",),
        ),
        "circuits.circuit": Subject(
            name=("provider__name", "cid"),
            location="circuit_termination_a__location_id",
            paths={**_LOCATED, "locations": ("circuit_terminations__location",)},
        ),
        "circuits.circuittermination": Subject(
            name=("circuit__cid", "term_side"), location="location_id", paths=at_circuit
        ),
        "circuits.providernetwork": Subject(name=("provider__name", "name"), paths={"tags": ("tags",)}),
        "virtualization.virtualmachine": Subject(location="cluster__location_id", role="role__name", paths=machine),
        "virtualization.vminterface": Subject(
            name=("virtual_machine__name", "name"),
            location="virtual_machine__cluster__location_id",
            machines=("virtual_machine",),
        ),
        "virtualization.cluster": Subject(location="location_id", paths=no_status),
        "users.user": Subject(name=("username",)),
        # Never the key of a token.
        "users.token": Subject(name=("user__username", "description"), format="Token of {0} {1}"),
        "extras.tag": Subject(),
        # These have a label where others have a name.
        "extras.customfield": Subject(name=("label",)),
        "extras.relationship": Subject(name=("label",)),
    }


_SUBJECTS: dict[str, Subject] = {}


def subject_of(model: str) -> Subject:
    """The subject of a model, by its label in lower case: "dcim.device"."""
    if not _SUBJECTS:  # expressions ask for models, which are not there yet while Nautobot imports Jobs
        _SUBJECTS.update(_build())
    return _SUBJECTS.get(model, Subject())
