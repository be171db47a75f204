"""What cables end at, by what users call it: ports of devices, feeds of power panels, sides of circuits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Model

from .access import RefusalError, visible
from .cables import KINDS
from .compat import COMPONENT_TO_DEVICE
from .uploads import Lookup

_CHUNK = 1000
FEED, CIRCUIT = "power feed", "circuit termination"
DEVICE_PORTS = tuple(kind for kind in KINDS if kind not in (FEED, CIRCUIT))
# What a port is part of, by kind: its model, and the name by which it is known.
_OWNERS = {FEED: ("dcim.powerpanel", "name"), CIRCUIT: ("circuits.circuit", "cid")}


class PortName(NamedTuple):
    """What users call a port.

    Args:
        owner: the device, power panel or circuit: its name, or its primary key.
        name: of the port or feed; the side of a circuit.
        kind: one of `KINDS`; "" for any port of a device.
    """

    owner: str
    name: str
    kind: str = ""


class Port(NamedTuple):
    """A port that was found.

    Args:
        obj: the object.
        text: how messages call it: "sw-01 Ethernet1/1".
        owner: name of the device, power panel or circuit.
        name: its own name.
    """

    obj: Any
    text: str
    owner: str
    name: str

    @property
    def key(self) -> tuple[str, Any]:
        """Model and primary key."""
        return self.obj._meta.label_lower, self.obj.pk


class Ports:
    """Finds ports by what users call them: one question a model and a thousand owners.

    Args:
        user: the user who runs the Job: what may not be viewed does not exist.
    """

    def __init__(self, user: Any) -> None:
        self._user = user
        self._owners = Lookup(user)
        self._found: defaultdict[tuple[Any, str], list[tuple[str, Any]]] = defaultdict(list)

    def load(self, names: Iterable[PortName]) -> None:
        """Fetch the ports of these names."""
        wanted = set(names)
        for label, by in (("dcim.device", "name"), *_OWNERS.values()):
            owners = {each.owner for each in wanted if _owner_of(each.kind) == (label, by)}
            if owners:
                self._owners.load(label, owners, by=by)
        keys: defaultdict[str, dict[Any, set[str]]] = defaultdict(dict)
        for each in wanted:
            try:
                owner = self.owner(each)
            except RefusalError:
                continue  # told by `get`
            for kind in (each.kind,) if each.kind else DEVICE_PORTS:
                keys[kind].setdefault(owner.pk, set()).add(each.name)
        for kind, by_owner in sorted(keys.items()):
            self._load(kind, by_owner)

    def _load(self, kind: str, by_owner: dict[Any, set[str]]) -> None:
        model = apps.get_model(KINDS[kind])
        paths = {FEED: ["power_panel"], CIRCUIT: ["circuit"]}.get(kind, COMPONENT_TO_DEVICE)
        field = "term_side" if kind == CIRCUIT else "name"
        owners = sorted(by_owner)
        for path in paths:
            for start in range(0, len(owners), _CHUNK):
                chunk = owners[start : start + _CHUNK]
                names = {name for owner in chunk for name in by_owner[owner]}
                ports = visible(self._user, model).filter(**{f"{path}__in": chunk, f"{field}__in": sorted(names)})
                for port in ports.select_related(path).order_by("pk"):
                    owner: Any = port
                    for step in path.split("__"):
                        owner = getattr(owner, step)
                    self._found[owner.pk, getattr(port, field)].append((kind, port))

    def owner(self, name: PortName) -> Any:
        """The device, power panel or circuit of a port, which `load` has fetched.

        Raises:
            RefusalError: there is none, or several are called so.
        """
        label, by = _owner_of(name.kind)
        return self._owners.get(label, name.owner, by=by)

    def get(self, name: PortName) -> Port:
        """A port that `load` has fetched.

        Raises:
            RefusalError: there is none, or there are several kinds of that name.
        """
        owner = self.owner(name)
        found = self._found.get((owner.pk, name.name), [])
        if name.kind:
            found = [(kind, port) for kind, port in found if kind == name.kind]
        title = str(getattr(owner, _owner_of(name.kind)[1]) or owner)
        if not found:
            raise RefusalError(f'{title} has no {name.kind or "port"} "{name.name}" that you may view.')
        if len(found) > 1:
            kinds = " or the ".join(kind for kind, _ in found)
            raise RefusalError(f'{title} has {len(found)} ports "{name.name}": say whether the {kinds}.')
        ((_, port),) = found
        return Port(port, f"{title} {name.name}", title, name.name)


def port_texts(user: Any, keys: Iterable[tuple[str, Any]]) -> dict[tuple[str, Any], str]:
    """What ports are called, by model and primary key, as far as the user may view them."""
    by_model: defaultdict[str, set[Any]] = defaultdict(set)
    for label, pk in keys:
        by_model[label].add(pk)
    found = {}
    for label, pks in sorted(by_model.items()):
        model: type[Model] = apps.get_model(label)
        wanted = sorted(pks)
        parents = {"dcim.powerfeed": ["power_panel"], "circuits.circuittermination": ["circuit"]}
        related = parents.get(label, COMPONENT_TO_DEVICE)
        for start in range(0, len(wanted), _CHUNK):
            ports = visible(user, model).filter(pk__in=wanted[start : start + _CHUNK])
            for port in ports.select_related(*related):
                own = port.term_side if label == "circuits.circuittermination" else port.name
                found[label, port.pk] = f"{port.parent} {own}"
    return found


def _owner_of(kind: str) -> tuple[str, str]:
    return _OWNERS.get(kind, ("dcim.device", "name"))
