"""The ways of cables: what Nautobot's cable paths lead through, as far as a user may view it, and drawings of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from nautobot.dcim.models import Cable, CablePath, Device

from .access import visible
from .compat import CONNECTED
from .links import object_path

HIDDEN = "(you may not view it)"
_COLOR = re.compile(r"[0-9a-fA-F]{6}")
_MOST_LETTERS = 46
# Geometry of the drawing.
_WIDTH, _BOX, _LINE, _GAP, _MARGIN = 460, 34, 19, 58, 10


@dataclass
class Stop:
    """A device, a circuit or whatever else has the ports that a way leads through.

    Args:
        title: what it is called.
        place: its location; "" if it has none.
        path: its page; "" if the user may not view it.
        ports: names of the ports, in the order of the way.
    """

    title: str
    place: str = ""
    path: str = ""
    ports: list[str] = field(default_factory=list)

    @property
    def details(self) -> list[str]:
        """What else to tell, line by line."""
        return [self.place, *self.ports] if self.place else self.ports


@dataclass
class Link:
    """A cable.

    Args:
        title: its label, or its type.
        about: type, length and status.
        path: its page; "" if the user may not view it.
        color: as CSS has it.
        connected: whether its status says that it is in place.
    """

    title: str
    about: str = ""
    path: str = ""
    color: str = "#8795a5"
    connected: bool = True

    @property
    def details(self) -> list[str]:
        """What else to tell, line by line."""
        return [self.about] if self.about else []


@dataclass
class Way:
    """A way from end to end.

    Args:
        parts: stops and links by turns.
        complete: it ends at something, and all of its cables are in place.
        split: it ends where Nautobot cannot tell how it goes on.
    """

    parts: list[Stop | Link]
    complete: bool
    split: bool

    def in_words(self) -> str:
        """The way as one line of text."""
        return " → ".join(
            f"{part.title} {' / '.join(part.ports)}".strip() if isinstance(part, Stop) else part.title
            for part in self.parts
        )

    def drawing(self) -> Drawing:
        """The way as a drawing from top to bottom."""
        return Drawing(self)


@dataclass
class Drawing:
    """Boxes and lines with their places, in the units of an SVG file."""

    way: Way

    def __post_init__(self) -> None:
        self.width, y = _WIDTH, _MARGIN
        self.boxes: list[dict[str, Any]] = []
        self.lines: list[dict[str, Any]] = []
        for part in self.way.parts:
            if isinstance(part, Stop):
                texts = [_cut(text) for text in part.ports]
                height = _BOX + _LINE * (len(texts) + bool(part.place))
                rows = [_cut(part.place)] * bool(part.place) + texts
                self.boxes.append(
                    {
                        "y": y,
                        "height": height,
                        "title": _cut(part.title),
                        "rows": [(y + _BOX + _LINE * number, text) for number, text in enumerate(rows)],
                        "place": bool(part.place),
                    }
                )
                y += height
            else:
                self.lines.append(
                    {"y": y, "end": y + _GAP, "title": _cut(part.title), "about": _cut(part.about), "part": part}
                )
                y += _GAP
        self.height = y + _MARGIN


def ways_of(obj: Any, user: Any, most: int) -> list[Way]:
    """The ways that begin or end at a port or circuit termination, or lead through a port or a cable.

    What the user may not view is on the way all the same, without its name. Some two questions for each model on the way.

    Args:
        obj: a cable or what a cable may be attached to.
        user: who asks.
        most: at most so many ways.
    """
    kind = ContentType.objects.get_for_model(obj)
    paths = list(CablePath.objects.filter(origin_type=kind, origin_id=obj.pk).order_by("pk")[:most])
    if not paths:
        found = CablePath.objects.filter(path__contains=obj).order_by("pk")
        paths = list(_one_direction(found.iterator(500), most))
    nodes = [_nodes(path) for path in paths]
    known = _load({node for each in nodes for node in each}, user)
    return [
        Way(_parts(each, known), bool(path.is_active), bool(path.is_split))
        for each, path in zip(nodes, paths, strict=True)
    ]


def _one_direction(paths: Iterable[CablePath], most: int) -> Iterator[CablePath]:
    """Nautobot has a path for each direction; the second of two is left out."""
    seen: set[frozenset[tuple[Any, Any]]] = set()
    for path in paths:
        if len(seen) >= most:
            return
        ends = frozenset({(path.origin_type_id, path.origin_id), (path.destination_type_id, path.destination_id)})
        if ends not in seen:
            seen.add(ends)
            yield path


def _nodes(path: CablePath) -> list[tuple[int, UUID]]:
    """Content type and primary key of all that is on the way."""
    inner = [(int(kind), UUID(pk)) for kind, _, pk in (str(node).partition(":") for node in path.path)]
    ends = [(path.destination_type_id, path.destination_id)] if path.destination_id else []
    return [(path.origin_type_id, path.origin_id), *inner, *ends]


def _load(nodes: Iterable[tuple[int, UUID]], user: Any) -> dict[tuple[int, UUID], Any]:
    """What of it the user may view; ports of devices that the user may not view are left out."""
    by_kind: defaultdict[int, list[UUID]] = defaultdict(list)
    for kind, pk in nodes:
        by_kind[kind].append(pk)
    found = {}
    for kind, keys in by_kind.items():
        model = ContentType.objects.get_for_id(kind).model_class()
        if model is None:
            continue
        for obj in _with_parents(visible(user, model).filter(pk__in=keys), model):
            found[kind, obj.pk] = obj
    devices = {parent.pk for obj in found.values() if isinstance(parent := _parent(obj), Device)}
    may = set(visible(user, Device).filter(pk__in=devices).order_by().values_list("pk", flat=True))
    return {
        node: obj for node, obj in found.items() if not isinstance(parent := _parent(obj), Device) or parent.pk in may
    }


def _with_parents(objects: QuerySet, model: type[Model]) -> QuerySet:
    names = {each.name for each in model._meta.get_fields()}
    wanted = ("device__location", "circuit__provider", "power_panel__location", "status", "location")
    return objects.select_related(*(path for path in wanted if path.partition("__")[0] in names))


def _parent(obj: Any) -> Any:
    for name in ("device", "circuit", "power_panel"):
        if parent := getattr(obj, name, None):
            return parent
    # Before 3.2 a component of a module does not name the device.
    module = getattr(obj, "module", None)
    return obj if module is None else module.device or module


def _parts(nodes: Iterable[tuple[int, UUID]], known: dict[tuple[int, UUID], Any]) -> list[Stop | Link]:
    parts: list[Stop | Link] = []
    last: Any = None
    cables = ContentType.objects.get_for_model(Cable).pk
    for node in nodes:
        obj = known.get(node)
        if node[0] == cables:
            parts.append(_link(obj) if obj else Link(f"Cable {HIDDEN}"))
            last = None
            continue
        parent = _parent(obj) if obj else None
        if last is None or parent is None or parent.pk != last:
            # Two ports in a row that the user may not view are those of one patch panel.
            if not (parent is None and last == HIDDEN):
                parts.append(_stop(parent))
            last = parent.pk if parent else HIDDEN
        stop = parts[-1]
        if isinstance(stop, Stop) and obj is not None and obj is not parent:
            stop.ports.append(_port(obj))
    return parts


def _stop(parent: Any) -> Stop:
    if parent is None:
        return Stop(HIDDEN)
    place = getattr(parent, "location", None)
    return Stop(str(parent), str(place) if place else "", object_path(parent._meta.label_lower, parent.pk))


def _port(obj: Any) -> str:
    side = getattr(obj, "term_side", "")
    location = getattr(obj, "location", None) if side else None
    return f"{obj._meta.verbose_name} {side or obj.name}" + (f", {location}" if location else "")


def _link(cable: Any) -> Link:
    kind = cable.get_type_display() if cable.type else ""
    length = f"{cable.length:g} {cable.length_unit}" if cable.length else ""
    about = ", ".join(filter(None, (kind if cable.label else "", length, str(cable.status or ""))))
    color = f"#{cable.color}" if _COLOR.fullmatch(cable.color or "") else Link.color
    connected = bool(cable.status) and cable.status.name == CONNECTED
    return Link(
        cable.label or kind or "Cable", about, object_path("dcim.cable", cable.pk), color=color, connected=connected
    )


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"
