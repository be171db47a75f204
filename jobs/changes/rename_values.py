"""What templates of names may name: plain values of devices, components and cables, and where these may not be called the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.db.models import F, Model, QuerySet
from nautobot.dcim.models import Cable, Device, Location

from ..toolkit.access import visible
from ..toolkit.compat import cable_location, device_uniqueness, device_value
from ..toolkit.compat_cables import end_of_cable
from ..toolkit.far_ends import has_far_end, with_far_end
from ..toolkit.queries import chunks
from .rename_order import Key, Space, Wish

_CHUNK = 1000
_NO_END: dict[str, str] = {}
# Values of the device, and paths to them.
_OF_DEVICE = {
    "device": "name",
    "location": "location_id",
    "rack": "rack__name",
    "role": "role__name",
    "tenant": "tenant__name",
    "type": "device_type__model",
    "manufacturer": "device_type__manufacturer__name",
    "platform": "platform__name",
    "stack": "virtual_chassis__name",
    "member": "vc_position",
}
# What numbers may be counted by: the name of the choice to its words.
COUNTED_BY = {
    "location": "Location",
    "rack": "Rack",
    "role": "Role",
    "type": "Device type",
    "tenant": "Tenant",
    "device": "Device (components)",
}


def prepared(objects: QuerySet, user: Any) -> QuerySet:
    """Devices, components or cables, with what `values_of` needs, in the order in which they are numbered."""
    if objects.model is Cable:
        ends = {
            f"{side}_{name}": end_of_cable(side, path)
            for side in "ab"
            for name, path in (
                ("key", "device__pk"),
                ("device", "device__name"),
                ("role", "device__role__name"),
                ("port", "name"),
                ("order", "_name"),
            )
        }
        cables = objects.annotate(**ends, of_location=cable_location())
        return cables.order_by("a_device", "a_order", "b_device", "b_order", "label", "pk")
    if objects.model is Device:
        return objects.annotate(**{f"of_{name}": F(path) for name, path in _OF_DEVICE.items()}).order_by("_name", "pk")
    components = objects.annotate(
        **{f"of_{name}": device_value(path) for name, path in _OF_DEVICE.items()}, of_order=device_value("_name")
    )
    if has_far_end(objects.model):
        components = with_far_end(components, user)
    return components.order_by("of_order", "of_location", "_name", "pk")


def values_of(objects: Sequence[Any], user: Any, counted_by: Sequence[str], first: int) -> Iterator[dict[str, Any]]:
    """For each of the prepared objects, what its template may name. At most two queries, for all."""
    places = _places()
    viewable = _viewable(objects, user) if objects and isinstance(objects[0], Cable) else set()
    counters: Counter[tuple[Any, ...]] = Counter()
    for obj in objects:
        group = tuple(getattr(obj, f"of_{name}", None) for name in counted_by)
        values: dict[str, Any] = {
            "name": getattr(obj, "name", None) or "",
            "label": getattr(obj, "label", ""),
            "counter": counters[group] + first,
            "custom": dict(obj._custom_field_data),
            **_place_of(places, obj.of_location),
        }
        counters[group] += 1
        if isinstance(obj, Cable):
            values |= {side: _end(obj, side, viewable) for side in "ab"} | {"type": obj.type or ""}
        else:
            values |= {name: _text(getattr(obj, f"of_{name}")) for name in _OF_DEVICE if name != "location"}
        if isinstance(obj, Device):
            values |= {"serial": obj.serial, "asset_tag": obj.asset_tag or "", "position": _text(obj.position)}
        elif not isinstance(obj, Cable):
            values |= {"description": obj.description, "far": _far(obj)}
        yield values


def _text(value: Any) -> Any:
    return "" if value is None else value


def _end(cable: Any, side: str, viewable: set[Any]) -> dict[str, str]:
    if getattr(cable, f"{side}_key") not in viewable:
        return _NO_END
    return {name: _text(getattr(cable, f"{side}_{name}")) for name in ("device", "port", "role")}


def _far(component: Any) -> dict[str, str]:
    if not getattr(component, "far_port", None):
        return _NO_END
    return {name: _text(getattr(component, f"far_{name}")) for name in ("device", "port", "location", "role")}


def _viewable(cables: Sequence[Any], user: Any) -> set[Any]:
    """Keys of the devices at the ends that the user may view."""
    keys = sorted({key for cable in cables for key in (cable.a_key, cable.b_key) if key}, key=str)
    devices = visible(user, Device).order_by()
    return {pk for chunk in chunks(keys) for pk in devices.filter(pk__in=chunk).values_list("pk", flat=True)}


_Places = Mapping[Any, tuple[dict[str, str], Any]]


def _places() -> _Places:
    """All locations by their keys: what templates see of each, and the key of its parent. One query."""
    rows = Location.objects.without_tree_fields().order_by()
    columns = ("pk", "name", "facility", "location_type__name", "parent_id")
    return {
        pk: ({"name": name, "code": facility or name, "type": kind}, parent)
        for pk, name, facility, kind, parent in rows.values_list(*columns)
    }


def _place_of(places: _Places, key: Any) -> dict[str, Any]:
    """The location, and by the names of their types itself and those above it."""
    above: dict[str, dict[str, str]] = {}
    location = places[key][0] if key in places else {}
    while key in places:
        place, key = places[key]
        above.setdefault(place["type"], place)
        above.setdefault(place["type"].replace(" ", "_"), place)
    return {"location": location, "locations": above}


# Where names have to differ


class Spaces:
    """In which space the name of an object has to be unique; None for labels, which may be the same."""

    def __init__(self, model: type[Model], field: str) -> None:
        self._model = model
        self._field = field
        self._of_devices = device_uniqueness() if model is Device else ""

    def of(self, obj: Any) -> Space:
        """The space of an object."""
        if self._field != "name":
            return None
        if self._model is Device:
            return self._of_device(obj.location_id, obj.tenant_id)
        return ("module", obj.module_id) if obj.module_id else ("device", obj.device_id)

    def _of_device(self, location: Any, tenant: Any) -> Space:
        if self._of_devices == "none":
            return None
        return "everywhere" if self._of_devices == "name" else (location, tenant)

    def others_called_so(self, wishes: Iterable[Wish]) -> dict[tuple[Space, str], Key]:
        """Objects without a wish that have a name that somebody wishes. A query a thousand names or devices.

        All there are, viewed or not: who may not view an object is not to take its name either.

        Returns:
            space and name to the key of the object.
        """
        wishes = list(wishes)
        own = {wish.key for wish in wishes}
        wanted = [wish for wish in wishes if wish.space is not None and wish.new and wish.new != wish.old]
        rows = self._devices(wanted) if self._model is Device else self._components(wanted)
        return {place: pk for place, pk in rows if pk not in own}

    def _devices(self, wanted: Sequence[Wish]) -> Iterator[tuple[tuple[Space, str], Key]]:
        for chunk in chunks(sorted({wish.new for wish in wanted})):
            rows = Device._base_manager.filter(name__in=chunk).values_list("pk", "name", "location_id", "tenant_id")
            for pk, name, location, tenant in rows:
                yield (self._of_device(location, tenant), name), pk

    def _components(self, wanted: Sequence[Wish]) -> Iterator[tuple[tuple[Space, str], Key]]:
        names = sorted({wish.new for wish in wanted})
        spaces: Any = sorted({wish.space for wish in wanted}, key=str)
        for kind, group in groupby(spaces, key=lambda space: space[0]):
            for chunk in chunks([key for _, key in group]):
                siblings = self._model._base_manager.filter(**{f"{kind}__in": chunk})
                if kind == "device":
                    siblings = siblings.filter(module=None)
                if len(names) <= _CHUNK:
                    siblings = siblings.filter(name__in=names)
                for pk, name, space in siblings.values_list("pk", "name", kind):
                    yield ((kind, space), name), pk
