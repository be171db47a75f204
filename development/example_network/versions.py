"""All that differs between the supported versions of Nautobot (2.4 and 3.x)."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, prefetch_related_objects
from django.db.models.functions import Coalesce
from example_network.network import Network
from nautobot.circuits.models import CircuitTermination
from nautobot.dcim import models as dcim
from nautobot.dcim.models import Cable, CablePath, Device, Location, PathEndpoint
from nautobot.dcim.utils import object_to_path_node

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


def write_cables(net: Network, cables: list[Cable]) -> None:
    """Validate and write cables together with the cable paths that run over them.

    Saving a cable rebuilds the paths at its ends, about 60 queries a cable. Where the model allows it the rows are
    written at once instead. The path over a single cable is evident; all others are traced by Nautobot itself.
    """
    if not HAS_JOIN_TABLE:
        for cable in cables:
            net.add(cable)
        return
    from nautobot.dcim.models.cables import termination_fk_field

    prefetch_related_objects(cables, "terminations")  # none yet; saves four queries in each validation
    rows = [
        dcim.CableToCableTermination(cable=cable, cable_end=end, **{termination_fk_field(item): item})
        for cable in cables
        for end, item in (("A", cable.termination_a), ("B", cable.termination_b))
    ]
    net.add_many(cables)
    dcim.CableToCableTermination.objects.bulk_create(rows)
    connected = net.status("Connected")
    paths = []
    for a, b in zip(rows[::2], rows[1::2], strict=True):
        near, far = a.termination, b.termination
        if _ends_a_path(near) and _ends_a_path(far):
            active = a.cable.status == connected
            node = object_to_path_node(a.cable)
            paths += [
                CablePath(origin=origin, destination=end, path=[node], is_active=active)
                for origin, end in ((near, far), (far, near))
            ]
        else:
            origins = [end for end in (near, far) if isinstance(end, PathEndpoint)]
            # Read anew: these objects do not know yet what is cabled to them.
            paths += [CablePath.from_origin(type(end).objects.get(pk=end.pk)) for end in origins]
    CablePath.objects.bulk_create(paths)


def _ends_a_path(termination: Any) -> bool:
    """Whether a cable path can only begin or end here; a circuit may lead on to its other end."""
    return isinstance(termination, PathEndpoint) and not isinstance(termination, CircuitTermination)


def cluster_location(location: Location) -> Location | None:
    """Where a cluster is whose hosts are in rooms of the location; before 3.0 hosts had to be at exactly the cluster's, if it had one."""
    return location if hasattr(Device, "clusters") else None


def assign_cluster(device: Device, cluster: Any) -> None:
    """Make the device a host of the cluster; a device has had several clusters since 3.0."""
    if hasattr(Device, "clusters"):
        device.clusters.add(cluster)
    else:
        device.cluster = cluster
        device.validated_save()
