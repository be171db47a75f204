"""All that differs between the supported versions of Nautobot (2.4 and 3.x)."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects
from example_network.network import Network
from nautobot.circuits.models import CircuitTermination
from nautobot.dcim import models as dcim
from nautobot.dcim.models import Cable, CablePath, Device, PathEndpoint
from nautobot.dcim.utils import object_to_path_node

# 3.2 replaced the two generic foreign keys of a cable by a join table.
HAS_JOIN_TABLE = hasattr(dcim, "CableToCableTermination")


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


def assign_cluster(device: Device, cluster: Any) -> None:
    """Make the device a host of the cluster; a device has had several clusters since 3.0."""
    if hasattr(Device, "clusters"):
        device.clusters.add(cluster)
    else:
        device.cluster = cluster
        device.validated_save()
