"""Cables in plans: what is attached to ports now, and how a new cable is planned, on every supported Nautobot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Model
from nautobot.dcim import models as dcim
from nautobot.dcim.models import Cable
from nautobot.extras.models import Status

from .compat_cables import cable_ends, end_of, keys_of_cables_at
from .plan import Plan
from .queries import chunks

# What a cable can end at, by the name that users have for it.
KINDS = {
    "interface": "dcim.interface",
    "front port": "dcim.frontport",
    "rear port": "dcim.rearport",
    "console port": "dcim.consoleport",
    "console server port": "dcim.consoleserverport",
    "power port": "dcim.powerport",
    "power outlet": "dcim.poweroutlet",
    "power feed": "dcim.powerfeed",
    "circuit termination": "circuits.circuittermination",
}


class End(NamedTuple):
    """One end of a cable.

    Args:
        side: "A" or "B".
        connector: its number; 1 but at cables of breakout types.
        label: model of the port, in lower case.
        pk: its primary key.
    """

    side: str
    connector: int
    label: str
    pk: Any

    @property
    def key(self) -> tuple[str, Any]:
        """Model and primary key of the port."""
        return self.label, self.pk


class Attached(NamedTuple):
    """A cable that is there.

    Args:
        cable: the cable, with all of its fields.
        ends: where it is attached, by side and connector.
    """

    cable: Cable
    ends: tuple[End, ...]

    def joins(self, a: Model, b: Model) -> bool:
        """Is this a cable from one of these ports to the other, in either direction, and nowhere else?"""
        return {end.key for end in self.ends} == {(port._meta.label_lower, port.pk) for port in (a, b)}


def connect(
    plan: Plan,
    a: Model,
    b: Model,
    *,
    status: Status,
    reason: str,
    verb: str = "connect",
    **attributes: Any,
) -> Cable:
    """Plan a cable from one port to another, which may be planned themselves before it.

    Who connects asks `cables_at` first: two cables at one port are refused when the plan is executed.

    Args:
        plan: the plan.
        a: port on the A side.
        b: port on the B side.
        status: of the cable.
        reason: why, in a few words.
        verb: what people call it.
        attributes: further fields of the cable: `type`, `label`, `color`, `length`, `length_unit`, many-to-many fields
            such as `tags` excepted.

    Returns:
        the cable, not saved.
    """
    cable = Cable(termination_a=a, termination_b=b, status=status, **attributes)
    return plan.create(cable, reason=reason, verb=verb, ends={"termination_a": a, "termination_b": b})


def attach(
    plan: Plan, ports: Mapping[tuple[str, int], Model], *, status: Status, reason: str, **attributes: Any
) -> Cable:
    """Plan a cable of a type with several connectors, since Nautobot 3.2.

    Args:
        plan: the plan.
        ports: side ("A" or "B") and number of the connector to the port there.
        status: of the cable.
        reason: why, in a few words.
        attributes: further fields of the cable: `cable_type`, and see `connect`.

    Returns:
        the cable, not saved.
    """
    cable = plan.create(Cable(status=status, **attributes), reason=reason, verb="connect")
    for (side, connector), port in ports.items():
        plan.create(end_of(cable, side, connector, port), reason=reason, verb="attach")
    return cable


def cables_at(ports: Iterable[Model]) -> dict[tuple[str, Any], Attached]:
    """The cables at these ports, by model and primary key of each port; those without a cable are not in it.

    Some three questions for each thousand ports of a model. What the user may view is not asked: a port has a cable
    whoever looks at it.
    """
    by_model: defaultdict[str, set[Any]] = defaultdict(set)
    for port in ports:
        by_model[port._meta.label_lower].add(port.pk)
    cable_keys: set[Any] = set()
    for label, keys in sorted(by_model.items()):
        for chunk in chunks(sorted(keys)):
            cable_keys.update(keys_of_cables_at(label, chunk))
    found: dict[tuple[str, Any], Attached] = {}
    for chunk in chunks(sorted(cable_keys)):
        cables = {cable.pk: cable for cable in dcim.Cable._base_manager.filter(pk__in=chunk).select_related("status")}
        ends: defaultdict[Any, list[End]] = defaultdict(list)
        for end in cable_ends(chunk):
            ends[end.cable].append(End(end.side.upper(), end.connector, end.label, end.pk))
        for pk, cable in cables.items():
            attached = Attached(cable, tuple(sorted(ends[pk])))
            found.update({end.key: attached for end in attached.ends if end.pk in by_model[end.label]})
    return found


def kind_of(port: Model) -> str:
    """What users call the model of a port."""
    return str(apps.get_model(port._meta.label_lower)._meta.verbose_name)
