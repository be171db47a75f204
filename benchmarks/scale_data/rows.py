"""Rows by the thousand: collecting instances, cables with their join rows, and tracing the paths over them."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from typing import Any

from django.contrib.contenttypes.models import ContentType
from nautobot.dcim import models as dcim
from nautobot.extras.models import Status
from nautobot.ipam import models as ipam
from scale_data import versions

# One end of a cable: the model of a port and its key.
End = tuple[Any, uuid.UUID]

# In the order in which they can be written: what others refer to comes first.
_ORDER = (
    ipam.Prefix,
    ipam.PrefixLocationAssignment,
    ipam.IPAddress,
    dcim.RackGroup,
    dcim.Rack,
    dcim.PowerPanel,
    dcim.PowerFeed,
    dcim.VirtualChassis,
    dcim.Device,
    dcim.ModuleBay,
    dcim.Module,
    dcim.Interface,
    dcim.ConsolePort,
    dcim.ConsoleServerPort,
    dcim.PowerPort,
    dcim.PowerOutlet,
    dcim.RearPort,
    dcim.FrontPort,
    ipam.IPAddressToInterface,
    dcim.Cable,
    *versions.JOIN_TABLES,
    dcim.CablePath,
)
_PASS_THROUGH = (dcim.FrontPort, dcim.RearPort)


class Rows:
    """Instances that wait to be written."""

    def __init__(self, ids: random.Random) -> None:
        self._ids = ids
        self._waiting: dict[Any, list[Any]] = {model: [] for model in _ORDER}
        self.written: Counter[str] = Counter()
        self.status = {status.name: status for status in Status.objects.all()}
        self._types = {model: ContentType.objects.get_for_model(model).pk for model in _ORDER}
        self.module_devices: dict[uuid.UUID, uuid.UUID] = {}  # module -> the device that it is in
        self._ports: dict[End, Any] = {}
        self._far: dict[End, tuple[Any, End]] = {}  # port -> its cable, and the port at the other end
        self._behind: dict[End, End] = {}  # front port -> rear port, and the other way round

    def key(self) -> uuid.UUID:
        """The next primary key."""
        return uuid.UUID(int=self._ids.getrandbits(128), version=4)

    def add(self, model: Any, **values: Any) -> Any:
        """An instance that the next `flush` writes."""
        item = model(id=self.key(), **values)
        self._waiting[model].append(item)
        return item

    def flush(self) -> None:
        """Trace the paths over the cables so far, and write everything."""
        self._trace()
        for model, items in self._waiting.items():
            if items:
                model.objects.bulk_create(items, batch_size=2000)
                self.written[model._meta.label] += len(items)
                self._waiting[model] = []

    def pass_through(self, front: Any, rear: Any) -> None:
        """What comes in at one of these ports of a panel goes out at the other."""
        ends: list[End] = [(type(front), front.pk), (type(rear), rear.pk)]
        self._behind[ends[0]], self._behind[ends[1]] = ends[1], ends[0]

    def cable(self, a: Any, b: Any, kind: str, status: str = "Connected") -> None:
        """A cable between two ports."""
        sides = {side: (self._types[type(port)], port.pk, self._device(port)) for side, port in (("A", a), ("B", b))}
        cable = self.add(dcim.Cable, type=kind, status=self.status[status], **versions.cable_ends(sides))
        ends: list[End] = [(type(a), a.pk), (type(b), b.pk)]
        for model in versions.JOIN_TABLES:
            for side, (port, key) in zip("AB", ends, strict=True):
                self.add(model, cable_id=cable.pk, cable_end=side, **{f"{versions.join_field(port)}_id": key})
        for port, peer in ((a, b), (b, a)):
            versions.attach(port, cable.pk, self._types[type(peer)], peer.pk)
            self._ports[type(port), port.pk] = port
        self._far[ends[0]], self._far[ends[1]] = (cable, ends[1]), (cable, ends[0])

    def _trace(self) -> None:
        """A cable path from every cabled port at which paths begin; all cables of a site are known by now."""
        connected = self.status["Connected"].pk
        for origin in self._far:
            if origin[0] in _PASS_THROUGH:
                continue
            path, active, destination, end = [], True, None, origin
            while end in self._far:
                cable, far = self._far[end]
                active = active and cable.status_id == connected
                path.append(self._node(dcim.Cable, cable.pk))
                if far not in self._behind:
                    destination = far
                    break
                end = self._behind[far]
                path += [self._node(*far), self._node(*end)]
            written = self.add(
                dcim.CablePath,
                origin_type_id=self._types[origin[0]],
                origin_id=origin[1],
                destination_type_id=self._types[destination[0]] if destination else None,
                destination_id=destination[1] if destination else None,
                path=path,
                is_active=active and destination is not None,
            )
            versions.lead(self._ports[origin], written.pk)
        self._far.clear()
        self._ports.clear()
        self._behind.clear()

    def _device(self, port: Any) -> uuid.UUID | None:
        """The device of a port, itself or on a module; a power feed has none."""
        return getattr(port, "device_id", None) or self.module_devices.get(getattr(port, "module_id", None))

    def _node(self, model: Any, key: uuid.UUID) -> str:
        return f"{self._types[model]}:{key}"
