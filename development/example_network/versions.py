"""All that differs between the supported versions of Nautobot (2.4 and 3.x)."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from nautobot.dcim import models as dcim
from nautobot.dcim.models import Device, Location
from nautobot.virtualization.models import Cluster

# 3.2 replaced the two generic foreign keys of a cable by a join table, and has components of modules name the device too.
HAS_JOIN_TABLE = hasattr(dcim, "CableToCableTermination")
# What of a cable path depends on where its cables lead.
PATH_FIELDS = ("destination_id", "path", "is_active", "is_split") + (
    ("peer_connector", "origin_fans_out") if HAS_JOIN_TABLE else ()
)
# What a port itself says of its cable.
FIELDS_OF_CABLES = set() if HAS_JOIN_TABLE else {"cable_id", "_cable_peer_type_id", "_cable_peer_id", "_path_id"}


def uncabled(prefix: str = "") -> Q:
    """Condition: no cable is attached to the port."""
    return Q(**{f"{prefix}{'cable_termination' if HAS_JOIN_TABLE else 'cable'}": None})


def device_value(field: str) -> F | Coalesce:
    """A field of the device that a component is in, itself or on a module."""
    own = F(f"device__{field}")
    return own if HAS_JOIN_TABLE else Coalesce(own, F(f"module__parent_module_bay__parent_device__{field}"))


def device_of(component: Any) -> Device | None:
    """The device that a component is in, itself or on a module; a power feed is in none."""
    module = getattr(component, "module", None)
    return module.device if module else getattr(component, "device", None)


def assign_hosts() -> None:
    """Make the servers of each hub the hosts of its cluster.

    A device has had several clusters since 3.0; before, hosts had to be at exactly the cluster's location, if it had one,
    and here they are in its rooms.
    """
    several = hasattr(Device, "clusters")
    for cluster in Cluster.objects.order_by("name"):
        code = cluster.name.split("-")[0]
        if several:
            cluster.location = Location.objects.get(name=code.upper())
            cluster.validated_save()
        for device in Device.objects.filter(name__startswith=f"{code}-srv-"):
            if several:
                device.clusters.add(cluster)
            else:
                device.cluster = cluster
                device.validated_save()
