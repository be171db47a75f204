"""The cables that a user asks for: what is typed in the form or stands in a list, resolved to ports and fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from nautobot.apps.choices import ColorChoices
from nautobot.dcim.choices import CableLengthUnitChoices, CableTypeChoices
from nautobot.dcim.models import Cable
from nautobot.extras.models import Status

from ..toolkit.access import RefusalError
from ..toolkit.compat import CABLES_MAY_HANG, CONNECTED
from ..toolkit.ports import CIRCUIT, DEVICE_PORTS, FEED, Port, PortName, Ports
from ..toolkit.templates import UserTemplate
from ..toolkit.uploads import Column, Lookup, Row

_LONGEST_CABLE = 65535
_UNITS = tuple(CableLengthUnitChoices.values())
_SIDES = ("a", "b")


def _columns_of(side: str) -> tuple[Column, ...]:
    end = f"at the {side.upper()} side"
    example = {"device": f"sw-0{1 if side == 'a' else 2}", "port": "Ethernet1/1"}
    return (
        Column(f"device_{side}", f"Device {end}: its name or primary key.", example=example["device"]),
        Column(f"port_{side}", "Its port, as Nautobot calls it.", example=example["port"]),
        Column(f"kind_{side}", "Kind of the port. Needed where several have that name.", choices=DEVICE_PORTS),
        Column(f"circuit_{side}", f"Instead of a device, a circuit {end}: its circuit ID or primary key."),
        Column(f"side_{side}", "Its side.", choices=("a", "z")),
        Column(f"power_panel_{side}", f"Instead of a device, a power panel {end}: its name or primary key."),
        Column(f"feed_{side}", "Its power feed."),
        Column(f"connector_{side}", "Number of the connector, of a cable with several. 1 if empty."),
    )


COLUMNS = (
    *_columns_of("a"),
    *_columns_of("b"),
    Column("cable", "Rows with the same text here are ends of one cable that has several connectors."),
    Column("cable_type", "Name of the cable type (Nautobot 3.2 and newer)."),
    Column("status", "Status of the cable.", example="Connected"),
    Column("type", "Kind of the cable.", choices=tuple(CableTypeChoices.values()), example="cat6"),
    Column("label", "What is written on it.", example="A-0001"),
    Column("color", "A name, as Nautobot's forms have it, or six hexadecimal digits.", example="blue"),
    Column("length", "A whole number.", example="3"),
    Column("length_unit", "Unit of the length.", choices=_UNITS, example="m"),
)
_FIELDS = ("cable_type", "status", "type", "label", "color", "length", "length_unit")


class Wish(NamedTuple):
    """A port that a cable is to end at.

    Args:
        side: "A" or "B".
        connector: its number.
        name: what the user calls the port.
        bad_owner: makes the problem out of what is wrong with the device, circuit or power panel.
        bad: makes the problem out of what is wrong with the port.
    """

    side: str
    connector: int
    name: PortName
    bad_owner: Callable[[str], RefusalError]
    bad: Callable[[str], RefusalError]


@dataclass
class Request:
    """One cable that is asked for.

    Args:
        row: the part of the request that it comes from, for messages.
        wishes: where it is to end.
        values: the texts of fields; what is not given is as in the form.
        bad: makes the problem of a field out of its name and what is wrong.
        problem: why it cannot be read at all.
    """

    row: str
    wishes: list[Wish] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    bad: Callable[[str, str], RefusalError] = lambda name, why: RefusalError(f"{name}: {why}")
    problem: RefusalError | None = None


class Cabling(NamedTuple):
    """One cable, resolved.

    Args:
        ends: side and connector to the port.
        values: fields of the cable.
    """

    ends: Mapping[tuple[str, int], Port]
    values: Mapping[str, Any]


def requests_of(rows: Iterable[Row]) -> list[Request]:
    """What the rows of a list ask for: a cable a row, or several rows for a cable that has a name."""
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["cable"] or row.number, []).append(row)
    return [_request_of(group) for group in groups.values()]


def _request_of(rows: Sequence[Row]) -> Request:
    numbers = ", ".join(str(row.number) for row in rows)
    request = Request(rows[0].label if len(rows) == 1 else f"Rows {numbers}")
    # The first row that has a value is the one that messages about it name.
    sources = {name: next((row for row in rows if row[name]), rows[0]) for name in _FIELDS}
    request.bad = lambda name, why: (
        sources[name].bad(name, why) if sources[name][name] else RefusalError(f"{name}: {why}")
    )
    try:
        for row in rows:
            for side in _SIDES:
                wish = _wish_of(row, side)
                if wish is None:
                    continue
                same = next((other for other in request.wishes if other[:2] == wish[:2]), None)
                if same is None:
                    request.wishes.append(wish)
                elif same.name != wish.name:
                    raise row.bad(f"connector_{side}", "another row of the same cable has another port for it.")
            for name in _FIELDS:
                if row[name] and row[name] != request.values.setdefault(name, row[name]):
                    raise row.bad(name, f'another row of the same cable has "{request.values[name]}".')
        missing = {"A", "B"} - {wish.side for wish in request.wishes}
        if missing:
            side = min(missing).lower()
            raise RefusalError(f"column device_{side}: a value is missing; the {side.upper()} side ends nowhere.")
    except RefusalError as refusal:
        request.problem = refusal
    return request


def _wish_of(row: Row, side: str) -> Wish | None:
    owners = {"": f"device_{side}", CIRCUIT: f"circuit_{side}", FEED: f"power_panel_{side}"}
    parts = {"": f"port_{side}", CIRCUIT: f"side_{side}", FEED: f"feed_{side}"}
    given = [kind for kind in owners if row[owners[kind]] or row[parts[kind]]]
    if not given:
        return None
    if len(given) > 1:
        raise row.bad(owners[given[1]], f"there is a value in {owners[given[0]]}, too: a cable ends at one of them.")
    (kind,) = given
    for column in (owners[kind], parts[kind]):
        if not row[column]:
            raise RefusalError(f"column {column}: a value is missing.")
    name = PortName(row[owners[kind]], row[parts[kind]].upper() if kind == CIRCUIT else row[parts[kind]], kind)
    if not kind:
        name = name._replace(kind=row[f"kind_{side}"].lower())
    connector = row.number_in(f"connector_{side}", least=1, most=255, default=1) or 1
    return Wish(side.upper(), connector, name, partial(row.bad, owners[kind]), partial(row.bad, parts[kind]))


def requests_between(
    ports: tuple[Sequence[PortName], Sequence[PortName]], connectors: tuple[int, int], titles: tuple[str, str]
) -> list[Request]:
    """What the form asks for: the ports of one device to those of another, in their order.

    Args:
        ports: those of the A side and of the B side.
        connectors: how many connectors a cable has at its A side and at its B side.
        titles: names of the devices.

    Raises:
        RefusalError: their numbers do not fit.
    """
    counts = [len(each) for each in ports]
    cables = [count / each for count, each in zip(counts, connectors, strict=True)]
    if cables[0] != cables[1] or not cables[0].is_integer():
        each = f"; a cable of this type has {connectors[0]} and {connectors[1]} ends" if max(connectors) > 1 else ""
        raise RefusalError(
            f"Ports A and Ports B: there are {counts[0]} ports at one side, {counts[1]} at the other{each}."
        )
    found = []
    for number in range(int(cables[0])):
        request = Request("")
        for side, names, size, title in zip("AB", ports, connectors, titles, strict=True):
            for connector, name in enumerate(names[number * size : (number + 1) * size], 1):
                request.row = request.row or f"{title} {name.name}"
                bad = partial(_bad_port, side)
                request.wishes.append(Wish(side, connector, name, bad, bad))
        found.append(request)
    return found


def _bad_port(side: str, why: str) -> RefusalError:
    return RefusalError(f"Ports {side}: {why}")


class Resolver:
    """Resolves requests: a few questions for all of them.

    Args:
        user: the user who runs the Job.
        defaults: fields to the texts that the form has for them; that of the label is a template.
    """

    def __init__(self, user: Any, defaults: Mapping[str, str]) -> None:
        label = defaults.get("label")
        self._label = UserTemplate("Label", label) if label else None
        self.ports = Ports(user)
        self._types = Lookup(user)
        self._defaults = {name: text for name, text in defaults.items() if text and name != "label"}
        self._statuses: dict[str, Status] = {}

    def load(self, requests: Sequence[Request]) -> None:
        """Fetch what the requests name.

        Raises:
            RefusalError: what the form has for a field is no value for it.
        """
        self._statuses = {status.name.lower(): status for status in Status.objects.get_for_model(Cable)}
        if CABLES_MAY_HANG:
            self.load_type(*(request.values.get("cable_type", "") for request in requests))
        self._values(Request("", bad=self._bad_default), {})
        self.ports.load(wish.name for request in requests for wish in request.wishes)

    def _bad_default(self, name: str, why: str) -> RefusalError:
        return RefusalError(f'{name.capitalize().replace("_", " ")}, "{self._defaults.get(name, "")}": {why}')

    def load_type(self, *names: str) -> None:
        """Fetch the cable types of these names, and that of the form."""
        if CABLES_MAY_HANG:
            self._types.load("dcim.cabletype", [*names, self._defaults.get("cable_type", "")])

    def connectors(self) -> tuple[int, int]:
        """How many connectors the cable type of the form has at its A side and at its B side.

        Raises:
            RefusalError: see `type_called`.
        """
        name = self._defaults.get("cable_type")
        if not name:
            return 1, 1
        self.load_type()
        try:
            cable_type = self.type_called(name)
        except RefusalError as refusal:
            raise RefusalError(f"Cable type: {refusal}") from None
        return cable_type.a_connectors, cable_type.b_connectors

    def type_called(self, name: str) -> Any:
        """A cable type.

        Raises:
            RefusalError: there is none, or this Nautobot has no cable types.
        """
        if not CABLES_MAY_HANG:
            raise RefusalError("this Nautobot has no cable types: they came with 3.2. Leave it empty.")
        return self._types.get("dcim.cabletype", name)

    def resolve(self, request: Request, number: int) -> Cabling:
        """The ports and the fields of one cable.

        Args:
            request: what is asked for.
            number: of the cable, for the template of labels.

        Raises:
            RefusalError: something of it is not there, or no value for its field.
        """
        if request.problem:
            raise request.problem
        ends: dict[tuple[str, int], Port] = {}
        for wish in request.wishes:
            bad = wish.bad_owner
            try:
                self.ports.owner(wish.name)
                bad = wish.bad
                ends[wish.side, wish.connector] = self.ports.get(wish.name)
            except RefusalError as refusal:
                raise bad(str(refusal)) from None
        values = self._values(request, ends)
        if self._label and not values["label"]:
            first = {side: next(port for end, port in sorted(ends.items()) if end[0] == side) for side in "AB"}
            names = {side.lower(): {"device": port.owner, "port": port.name} for side, port in first.items()}
            values["label"] = self._label.render(request.row, number=number, **names)
        return Cabling(ends, values)

    def _values(self, request: Request, ends: Mapping[tuple[str, int], Port]) -> dict[str, Any]:
        texts = {**self._defaults, **request.values}
        values: dict[str, Any] = {"label": texts.get("label", "")}
        name = "status"
        try:
            values["status"] = self._status(texts.get("status") or CONNECTED)
            name = "cable_type"
            if text := texts.get("cable_type"):
                values["cable_type"] = self.type_called(text)
            name = "connector_a"
            _check_connectors(values.get("cable_type"), ends)
        except RefusalError as refusal:
            raise request.bad(name, str(refusal)) if name in _FIELDS else refusal from None
        values["type"] = texts.get("type", "").lower()
        values["color"] = _color(texts.get("color", ""), request)
        if text := texts.get("length"):
            if not text.isascii() or not text.isdigit() or not 0 < int(text[:9]) <= _LONGEST_CABLE:
                raise request.bad("length", f"enter a whole number from 1 to {_LONGEST_CABLE}.")
            if not texts.get("length_unit"):
                raise request.bad("length", f"say in length_unit what it is in: {', '.join(_UNITS)}.")
            values |= {"length": int(text), "length_unit": texts["length_unit"].lower()}
        return values

    def _status(self, text: str) -> Status:
        status = self._statuses.get(text.lower())
        if status is None:
            known = ", ".join(sorted(each.name for each in self._statuses.values()))
            raise RefusalError(f'cables have no status "{text}". There are {known}.')
        return status


def _check_connectors(cable_type: Any, ends: Mapping[tuple[str, int], Port]) -> None:
    most = {"A": cable_type.a_connectors, "B": cable_type.b_connectors} if cable_type else {"A": 1, "B": 1}
    for (side, connector), port in ends.items():
        if connector > most[side]:
            hint = "" if cable_type else " Name a cable type that has several."
            raise RefusalError(
                f"{port.text}: the {side} side of this cable has no connector {connector}, but {most[side]}.{hint}"
            )


def _color(text: str, request: Request) -> str:
    known = {str(name).lower(): value for value, name in ColorChoices.CHOICES}
    color = known.get(text.lower(), text.lower().removeprefix("#"))
    if color and (len(color) != 6 or any(sign not in "0123456789abcdef" for sign in color)):
        raise request.bad("color", f"enter six hexadecimal digits, or one of {', '.join(known)}.")
    return color
