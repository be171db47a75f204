"""Ports and bays of a device, module, device type or module type: planned beside what their owner should have."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from django.apps import apps
from django.db.models import Model

from .plan import Plan

_Key = TypeVar("_Key", bound=Hashable)
_Slot = TypeVar("_Slot", bound=Hashable)


class Kind(NamedTuple):
    """One kind of component.

    Args:
        key: what definitions of device types call it: "power-outlets".
        model: label of its model, in lower case; that of its templates ends with "template".
        behind: the field for the component that it belongs to, and the key of that one's kind.
        device: the field for the device that it is part of.
        module: the field for the module that it is part of; "" if modules have none of them.
    """

    key: str
    model: str
    behind: tuple[str, str] | None = None
    device: str = "device"
    module: str = "module"

    @property
    def label(self) -> str:
        """For forms: "Power outlets"."""
        return self.key.replace("-", " ").capitalize()

    @property
    def components(self) -> type[Model]:
        """The model of the component."""
        return apps.get_model(self.model)

    @property
    def templates(self) -> type[Model]:
        """The model of its templates."""
        return apps.get_model(f"{self.model}template")

    @property
    def noun(self) -> str:
        """The name of one component: "power outlet"."""
        return str(self.components._meta.verbose_name)

    def fields(self) -> list[Any]:
        """The fields of the component that its template fills, apart from its name and what it belongs to."""
        ours = {each.name: each for each in self.components._meta.concrete_fields}
        theirs = {each.name for each in self.templates._meta.concrete_fields}
        return [each for name, each in ours.items() if name in theirs - _NOT_COPIED]


_NOT_COPIED = {"id", "created", "last_updated", "name", "_name", "_custom_field_data"}

# Those that others belong to come first.
KINDS = (
    Kind("console-ports", "dcim.consoleport"),
    Kind("console-server-ports", "dcim.consoleserverport"),
    Kind("power-ports", "dcim.powerport"),
    Kind("power-outlets", "dcim.poweroutlet", behind=("power_port", "power-ports")),
    Kind("interfaces", "dcim.interface"),
    Kind("rear-ports", "dcim.rearport"),
    Kind("front-ports", "dcim.frontport", behind=("rear_port", "rear-ports")),
    Kind("device-bays", "dcim.devicebay", module=""),
    Kind("module-bays", "dcim.modulebay", device="parent_device", module="parent_module"),
)
BY_KEY = {kind.key: kind for kind in KINDS}


@dataclass(eq=False)
class Part:
    """A component, or a template of one, that its owner should have.

    Args:
        kind: of the component.
        name: what it should be called.
        values: fields to what a new one has in them, by the names of the columns.
        behind: the part that it belongs to: the power port of an outlet, the rear port of a front port.
        obj: what there is of it; None if it is missing.
        add: create it if it is missing.
        updates: fields to what is changed about it if it is there.
        follow: whether it is made to belong to `behind` if it is there.
        reason: why, for the plan.
    """

    kind: Kind
    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    behind: Part | None = None
    obj: Any = None
    add: bool = True
    updates: dict[str, Any] = field(default_factory=dict)
    follow: bool = False
    reason: str = ""

    @property
    def position(self) -> int:
        """Of a front port: the position of the rear port that it should have."""
        return int(self.values.get("rear_port_position", 1))


class Owner:
    """Plans the parts of one owner, in an order in which each step can be validated.

    Rear ports come before front ports and power ports before outlets; rear ports get more positions before front ports
    move, and fewer afterwards; front ports move one after the other to positions that are free by then.

    Args:
        plan: the plan.
        make: a new, unsaved object for a part; what it belongs to is set here.
        suffix: "_template" where templates are planned.
    """

    def __init__(self, plan: Plan, make: Callable[[Part], Any], suffix: str = "") -> None:
        self.plan = plan
        self.make = make
        self.suffix = suffix

    def settle(self, parts: Sequence[Part], others: Sequence[Any] = ()) -> None:
        """Plan what is to be created and updated.

        Args:
            parts: all that the owner should have.
            others: rear and front ports that it has besides, as far as they stay.
        """
        fewer = []
        for kind in KINDS:
            mine = [part for part in parts if part.kind is kind]
            if kind.key == "front-ports":
                self._settle_front_ports(mine, parts, others)
                continue
            for part in mine:
                if part.obj is None:
                    self._create(part)
                    continue
                updates = dict(part.updates)
                if "positions" in updates and updates["positions"] < part.obj.positions:
                    fewer.append((part, updates.pop("positions")))
                if part.follow and kind.behind:
                    updates[f"{kind.behind[0]}{self.suffix}"] = self._behind(part)
                self._update(part, updates)
        for part, positions in fewer:
            self.plan.update(part.obj, positions=positions, reason=part.reason)

    def _behind(self, part: Part) -> Any:
        return part.behind.obj if part.behind is not None else None

    def _create(self, part: Part) -> None:
        if not part.add:
            return
        obj = self.make(part)
        if part.kind.behind:
            setattr(obj, f"{part.kind.behind[0]}{self.suffix}", self._behind(part))
        part.obj = self.plan.create(obj, reason=part.reason)

    def _update(self, part: Part, updates: Mapping[str, Any]) -> None:
        if updates:
            self.plan.update(part.obj, reason=part.reason, **updates)
        else:
            self.plan.keep()

    # Front ports: no two may have the same position of a rear port, at no time

    @cached_property
    def _rear_field(self) -> str:
        return f"rear_port{self.suffix}"

    def _settle_front_ports(self, fronts: list[Part], parts: Sequence[Part], others: Sequence[Any]) -> None:
        rears = {part.obj.pk: part.obj for part in parts if part.kind.key == "rear-ports" and part.obj is not None}
        rears |= {each.pk: each for each in others if hasattr(each, "positions")}
        taken = {each: self._slot(each) for each in others if hasattr(each, "rear_port_position")}
        taken |= {part: self._slot(part.obj) for part in fronts if part.obj is not None}
        wanted = {}
        for part in fronts:
            if self._behind(part) is not None:
                if part.obj is not None and part.follow:
                    wanted[part] = (part.behind.obj.pk, part.position)  # type: ignore[union-attr]
            elif part.follow or (part.obj is None and part.add):
                name = part.behind.name if part.behind else ""
                self.plan.problem(
                    f'front port "{part.name}": its rear port "{name}" is missing. Have missing rear ports added, too.'
                )
        steps, blocked = moves(taken, wanted, (slot for pk in rears for slot in self._slots(rears[pk])))
        rest = {part: dict(part.updates) for part in fronts if part.obj is not None}
        for part, (rear, position) in steps:
            values = {self._rear_field: rears[rear], "rear_port_position": position, **rest.pop(part, {})}
            self.plan.update(part.obj, reason=part.reason, **values)
            taken[part] = (rear, position)
        for part in blocked:
            rest.pop(part, None)
            self._blocked(part, taken)
        for part, updates in rest.items():
            self._update(part, updates)
        for part in fronts:
            if part.obj is None and part.add and self._behind(part) is not None:
                if (part.behind.obj.pk, part.position) in taken.values():  # type: ignore[union-attr]
                    self._blocked(part, taken)
                else:
                    self._create(part)

    def _blocked(self, part: Part, taken: Mapping[Any, tuple[Any, int]]) -> None:
        rear = part.behind.obj  # type: ignore[union-attr]
        holders = [getattr(each, "name", "") for each, slot in taken.items() if slot == (rear.pk, part.position)]
        self.plan.problem(
            f'front port "{part.name}": position {part.position} of rear port "{rear.name}" is taken by '
            f'"{", ".join(holders)}". Move or delete that one.'
        )

    def _slot(self, front: Any) -> tuple[Any, int]:
        return self.plan.value(front, self._rear_field).raw, self.plan.value(front, "rear_port_position").raw

    def _slots(self, rear: Any) -> list[tuple[Any, int]]:
        return [(rear.pk, position) for position in range(1, self.plan.value(rear, "positions").raw + 1)]


def moves(
    taken: Mapping[_Key, _Slot], wanted: Mapping[_Key, _Slot], slots: Iterable[_Slot]
) -> tuple[list[tuple[_Key, _Slot]], list[_Key]]:
    """In which order things move to their slots, so that no slot ever has two of them.

    Where some wait for each other in a circle, one of them goes to a free slot for a while.

    Args:
        taken: things to the slots that they are in; also things that stay.
        wanted: those that have to move, or stay, to the slots in which they will be.
        slots: all slots there are.

    Returns:
        moves, and the things that cannot move, since what is in their slot stays, or there is no free slot.
    """
    held = {slot: thing for thing, slot in taken.items()}
    where = dict(taken)
    waiting = [thing for thing, slot in wanted.items() if where.get(thing) != slot]
    every: list[_Slot] | None = None
    steps: list[tuple[_Key, _Slot]] = []
    blocked: list[_Key] = []

    def go(thing: _Key, slot: _Slot) -> None:
        if thing in where and held.get(where[thing]) == thing:
            del held[where[thing]]
        where[thing], held[slot] = slot, thing
        steps.append((thing, slot))

    while waiting:
        ready = [thing for thing in waiting if wanted[thing] not in held]
        if ready:
            # One at a time: two may want the same slot.
            for thing in ready:
                if wanted[thing] not in held:
                    go(thing, wanted[thing])
                    waiting.remove(thing)
            continue
        stuck = _stuck(waiting, wanted, held)
        if stuck:
            blocked += stuck
            waiting = [thing for thing in waiting if thing not in stuck]
            continue
        every = list(slots) if every is None else every
        free = next((slot for slot in every if slot not in held), None)
        if free is None:
            return steps, blocked + waiting
        go(_in_circle(waiting[0], wanted, held), free)
    return steps, blocked


def _in_circle(thing: _Key, wanted: Mapping[_Key, _Slot], held: Mapping[_Slot, _Key]) -> _Key:
    """One of the circle that a thing waits for."""
    seen = set()
    while thing not in seen:
        seen.add(thing)
        thing = held[wanted[thing]]
    return thing


def _stuck(waiting: list[_Key], wanted: Mapping[_Key, _Slot], held: Mapping[_Slot, _Key]) -> list[_Key]:
    """Those that wait, in the end, for something that does not move."""
    moving = set(waiting)
    stuck = []
    for thing in waiting:
        seen = set()
        holder = thing
        while holder in moving and holder not in seen:
            seen.add(holder)
            holder = held[wanted[holder]]
        if holder not in moving:
            stuck.append(thing)
    return stuck
