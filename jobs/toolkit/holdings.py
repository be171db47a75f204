"""What belongs to many devices at once: cables and where they lead, addresses; one question a model and thousand devices.

Unlike a Job's own objects these are read whatever the user may view: what others use must not be lost because somebody
does not see it. Whoever tells of them asks first (`names_for`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from nautobot.core.models.ordering import naturalize
from nautobot.dcim.models import Cable, Device, Location

from .access import visible
from .compat import CABLED_COMPONENTS, COMPONENT_TO_DEVICE, TO_CABLE, device_value
from .compat_cables import CableEnd, cable_ends

_CHUNK = 1000
COMPONENTS = tuple(f"dcim.{name.replace('_', '')}" for name in CABLED_COMPONENTS)


def chunks(keys: Iterable[Any]) -> Iterator[Sequence[Any]]:
    """Keys, sorted, a thousand at a time."""
    wanted = sorted(set(keys), key=str)
    for start in range(0, len(wanted), _CHUNK):
        yield wanted[start : start + _CHUNK]


def in_order(objects: QuerySet) -> QuerySet:
    """Objects as Nautobot lists them, so that plans read well and are the same each time."""
    return objects.order_by(*objects.model._meta.ordering, "pk")


def among(objects: QuerySet, path: str, keys: Iterable[Any]) -> list[Any]:
    """Objects whose path ends at one of the keys, each thousand of them in order."""
    return [obj for chunk in chunks(keys) for obj in in_order(objects.filter(**{f"{path}__in": chunk}))]


def on_devices(objects: QuerySet, keys: Iterable[Any], prefix: str = "") -> Iterator[QuerySet]:
    """Querysets of what is part of devices, itself or on a module, by the component's name; the rows have `device_key`.

    Args:
        objects: components, or what points at one.
        keys: primary keys of devices.
        prefix: path from the objects to the component, such as "interface__".
    """
    paths = [f"{prefix}{path}" for path in COMPONENT_TO_DEVICE]
    for chunk in chunks(keys):
        condition = reduce(or_, (Q(**{f"{path}__in": chunk}) for path in paths))
        found = objects.filter(condition).annotate(device_key=device_value("pk", prefix))
        yield found.order_by(f"{prefix}_name", "pk")


def parts(label: str, keys: Iterable[Any], prefix: str = "") -> list[Any]:
    """Objects of a model that are part of devices, or point at such a part; with `device_key`."""
    model = apps.get_model(label)
    return [obj for found in on_devices(model._default_manager.all(), keys, prefix) for obj in found]


class Cabling:
    """The cables of devices.

    Args:
        keys: primary keys of the devices.

    Attributes:
        cables: by primary key.
        ends: ends of each cable, by its primary key.
        at: primary keys of the cables of each device, by the names of its ports.
    """

    def __init__(self, keys: Collection[Any]) -> None:
        self.at: defaultdict[Any, dict[Any, None]] = defaultdict(dict)
        ports: dict[tuple[str, Any], Any] = {}
        for label in COMPONENTS:
            objects = apps.get_model(label)._default_manager.exclude(**{TO_CABLE: None})
            for found in on_devices(objects, keys):
                for pk, device, cable in found.values_list("pk", "device_key", TO_CABLE):
                    ports[label, pk] = device
                    self.at[device][cable] = None
        cables = {cable: None for found in self.at.values() for cable in found}
        by_key = {cable.pk: cable for cable in among(Cable.objects.all(), "pk", cables)}
        self.cables = {cable: by_key[cable] for cable in cables}
        self.ends: defaultdict[Any, list[CableEnd]] = defaultdict(list)
        for chunk in chunks(self.cables):
            for end in cable_ends(chunk):
                self.ends[end.cable].append(end)
        self._ports = ports

    def device_of(self, end: CableEnd) -> Any:
        """Primary key of the device that an end is at, if it is one of the devices."""
        return self._ports.get((end.label, end.pk))

    def shared(self, cable: Any) -> list[CableEnd]:
        """Of a breakout cable that others go on using, the ends that are at the devices; of any other cable none."""
        ends = self.ends[cable]
        if len(ends) <= 2:
            return []
        ours = [end for end in ends if self.device_of(end) is not None]
        sides = {end.side for end in ours}
        stays = [end for end in ends if end.side in sides and self.device_of(end) is None]
        return ours if stays else []


def places_of(ends: Iterable[CableEnd]) -> dict[tuple[str, Any], tuple[Any, Any]]:
    """Device, if any, and location of what cables end at, by model and primary key."""
    wanted: defaultdict[str, set[Any]] = defaultdict(set)
    for end in ends:
        wanted[end.label].add(end.pk)
    found: dict[tuple[str, Any], tuple[Any, Any]] = {}
    for label in sorted(wanted):
        if label in COMPONENTS:
            device, place = device_value("pk"), device_value("location_id")
        else:
            device, place = None, "power_panel__location_id" if label == "dcim.powerfeed" else "location_id"
        for chunk in chunks(wanted[label]):
            objects = apps.get_model(label)._default_manager.filter(pk__in=chunk).order_by()
            if device is None:
                found.update({(label, pk): (None, at) for pk, at in objects.values_list("pk", place)})
            else:
                rows = objects.annotate(_device=device, _place=place).values_list("pk", "_device", "_place")
                found.update({(label, pk): (of, at) for pk, of, at in rows})
    return found


class Tree:
    """All locations and what they are in: one question, however deep they go."""

    def __init__(self) -> None:
        rows = Location.objects.without_tree_fields().order_by().values_list("pk", "parent_id")
        self.parents = dict(rows)

    def upward(self, location: Any) -> list[Any]:
        """The location and all that it is in."""
        found: list[Any] = []
        while location is not None and location not in found:
            found.append(location)
            location = self.parents.get(location)
        return found

    def below(self, tops: Collection[Any]) -> set[Any]:
        """The locations and all that is in them."""
        return {pk for pk in self.parents if not set(tops).isdisjoint(self.upward(pk))}


def names_for(user: Any, label: str, keys: Collection[Any], most: int = 5) -> str:
    """The names of objects for a message; those that the user may not view are counted only."""
    model = apps.get_model(label)
    objects = in_order(visible(user, model).select_related())
    first = [str(obj) for chunk in chunks(keys) for obj in objects.filter(pk__in=chunk)[:most]]
    shown = sorted(first, key=lambda text: naturalize(text, 500))[:most]
    rest = len(set(keys)) - len(shown)
    noun = model._meta.verbose_name if len(set(keys)) == 1 else model._meta.verbose_name_plural
    return " ".join(
        [str(noun), ", ".join(shown), f"and {rest} more" if shown and rest else f"({rest})" if rest else ""]
    ).strip()


def devices_by_key(keys: Iterable[Any]) -> dict[Any, Device]:
    """Devices with what their names and rack units take, by primary key."""
    objects = Device.objects.select_related("device_type__manufacturer", "virtual_chassis")
    return {device.pk: device for device in among(objects, "pk", keys)}
