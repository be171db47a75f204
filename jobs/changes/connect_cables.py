"""Cables in bulk: port by port between two devices, or as a list says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from nautobot.apps.jobs import ChoiceVar, IntegerVar, Job, ObjectVar, StringVar
from nautobot.dcim.choices import CableLengthUnitChoices, CableTypeChoices
from nautobot.dcim.models import Cable, Device
from nautobot.extras.models import Status

from ..toolkit.access import RefusalError, visible
from ..toolkit.cables import Attached, attach, cables_at, connect
from ..toolkit.changes import Changes, RowsMixin
from ..toolkit.plan import Plan
from ..toolkit.ports import DEVICE_PORTS, PortName, port_texts
from ..toolkit.uploads import UploadMixin, attach_template, name_of, read_table
from .connect_cables_requests import COLUMNS, Cabling, Request, Resolver, requests_between, requests_of
from .port_patterns import PatternError, expand

name = "Changes"

_ANY = ("", "Any")
_PATTERN = "A name, or a pattern: Ethernet1/[1-24], [1,3,5-8], [24-1], every second [1-47:2], shifted [1-24+24]."
_KINDS = (_ANY, *((kind, kind.capitalize()) for kind in DEVICE_PORTS))
_MOST_NAMED = 20


class ConnectCables(RowsMixin, UploadMixin, Job):
    """Connects ports by cables: those of two devices in order, or all that a list names.

    **Two devices.** The first port of the pattern *Ports A* is connected to the first of *Ports B*, the second to the
    second, and so on. In brackets stand numbers or letters: `Ethernet1/[1-24]`; lists, `[1,3,5-8]`; backwards,
    `[24-1]`; every n-th, `[1-47:2]`; shifted by an offset, `[1-24+24]`, which is 25 to 48; with several brackets the last
    one changes fastest. Zeros in front stay: `[01-24]`. Both patterns have to give the same number of ports. With a cable
    type that has several connectors, each cable takes so many ports of each side: four of B for each one of A, say.

    **A list** has a row for each cable. An end is a port of a device (interface, front or rear port, console or console
    server port, power port or outlet), a side of a circuit, or a feed of a power panel. What a row leaves empty is as in
    the form. The ends of a cable with several connectors stand in several rows, with the same text in `cable`, the
    number of each connector, and the name of the cable type (Nautobot 3.2 and newer). The columns:

    `device_a`, `port_a`, `kind_a`, `circuit_a`, `side_a`, `power_panel_a`, `feed_a`, `connector_a`, the same with `_b`,
    `cable`, `cable_type`, `status`, `type`, `label`, `color`, `length`, `length_unit`

    A cable that is there already, in either direction, is left as it is. A port with another cable is a problem that
    names it: disconnect that first.

    **Changes:** new cables.
    **Produces:** `plan.html`, for people; `plan.csv`, for spreadsheets; `plan.json`, for machines; when applied,
    `undo.json`. The result counts `changes`, `unchanged` and `problems`, and has the `fingerprint` of the plan.
    **Needs:** the permissions `dcim.view_device`, `dcim.view_interface`, `dcim.add_cable`; to view other ports, circuits,
    power panels and cable types, where they are named.
    """

    device_a = ObjectVar(label="Device A", model=Device, required=False, description="The device at the A sides.")
    ports_a = StringVar(label="Ports A", required=False, description=_PATTERN)
    kind_a = ChoiceVar(
        label="Kind of ports A", choices=_KINDS, required=False, description="Needed where several have that name."
    )
    device_b = ObjectVar(label="Device B", model=Device, required=False, description="The device at the B sides.")
    ports_b = StringVar(label="Ports B", required=False, description=_PATTERN)
    kind_b = ChoiceVar(
        label="Kind of ports B", choices=_KINDS, required=False, description="Needed where several have that name."
    )
    status = ObjectVar(
        model=Status,
        required=False,
        query_params={"content_types": "dcim.cable"},
        description="Status of the cables. Connected if none is selected.",
    )
    type = ChoiceVar(
        choices=(("", "None"), *CableTypeChoices.CHOICES), required=False, description="Kind of the cables."
    )
    cable_type = StringVar(
        label="Cable type",
        required=False,
        description="Name of the cable type, for cables with several connectors, say (Nautobot 3.2 and newer).",
    )
    label = StringVar(
        required=False,
        description="The cables' labels, in Jinja, from a.device, a.port, b.device, b.port and number.",
    )
    color = StringVar(required=False, description="A name, such as blue, or six hexadecimal digits.")
    length = IntegerVar(required=False, min_value=1, description="Length of each cable.")
    length_unit = ChoiceVar(
        label="Length unit",
        choices=CableLengthUnitChoices.CHOICES,
        default=CableLengthUnitChoices.UNIT_METER,
        required=False,
        description="Unit of the length.",
    )

    class Meta:
        name = "Connect cables in bulk"
        description = "Connect ports by cables: those of two devices in order, or all that a list names."
        has_sensitive_variables = False
        read_only = False
        dryrun_default = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(
        self,
        *,
        device_a=None,
        ports_a="",
        kind_a="",
        device_b=None,
        ports_b="",
        kind_b="",
        status=None,
        type="",
        cable_type="",
        label="",
        color="",
        length=None,
        length_unit="m",
        table=None,
        template_only=False,
        keep_good=False,
        dryrun=True,
        only_if="",
    ):
        """Read what is asked for, plan the cables, and execute the plan."""
        if template_only:
            return attach_template(self, COLUMNS)
        defaults = {
            "status": status.name if status else "",
            "type": type or "",
            "cable_type": (cable_type or "").strip(),
            "label": label or "",
            "color": (color or "").strip(),
            "length": str(length or ""),
            "length_unit": length_unit or "",
        }
        devices = (device_a, ports_a or "", kind_a or ""), (device_b, ports_b or "", kind_b or "")
        requests: list[Request] = []

        def planner(plan: Plan) -> None:
            resolver = Resolver(self.user, defaults)
            if not requests:
                requests.extend(_read(resolver, devices, table))
            plan_cables(plan, requests, resolver)

        return Changes(
            self,
            needs={"dcim.device": ("view",), "dcim.interface": ("view",), "dcim.cable": ("add",)},
        ).run(
            planner,
            request=_in_words(devices, table),
            dryrun=dryrun,
            only_if=only_if,
            keep_good=keep_good,
        )


_Devices = tuple[tuple[Device | None, str, str], tuple[Device | None, str, str]]


def _in_words(devices: _Devices, table: Any) -> str:
    if table:
        return f"Cables of {name_of(table)}"
    (a, ports_a, _), (b, ports_b, _) = devices
    return f"Cables from {a} {ports_a} to {b} {ports_b}"


def _read(resolver: Resolver, devices: _Devices, table: Any) -> list[Request]:
    """What is asked for, by the form or by the list."""
    typed = any(value for device in devices for value in device)
    if table:
        if typed:
            raise RefusalError("List: devices and ports are given as well. Give the one or the other.")
        return requests_of(read_table(table, COLUMNS))
    ports: list[list[PortName]] = []
    for side, (device, pattern, kind) in zip("AB", devices, strict=True):
        if device is None or not pattern.strip():
            what = "Device" if device is None else "Ports"
            raise RefusalError(f"{what} {side}: give it, or upload a list.")
        try:
            ports.append([PortName(str(device.pk), text, kind) for text in expand(pattern.strip())])
        except PatternError as error:
            raise RefusalError(f"Ports {side}: {error}") from None
    (a, _, _), (b, _, _) = devices
    return requests_between((ports[0], ports[1]), resolver.connectors(), (str(a), str(b)))


def plan_cables(plan: Plan, requests: Sequence[Request], resolver: Resolver) -> None:
    """Plan the cables that are asked for and are not there yet."""
    resolver.load(requests)
    cablings: dict[int, Cabling] = {}
    for number, request in enumerate(requests, 1):
        with plan.row(request.row):
            cablings[number] = resolver.resolve(request, number)
    ports = [port for cabling in cablings.values() for port in cabling.ends.values()]
    there = cables_at(port.obj for port in ports)
    others = {
        port.key: there[port.key]
        for cabling in cablings.values()
        for port in cabling.ends.values()
        if port.key in there and not _is_there(there[port.key], cabling)
    }
    texts = _texts(plan.user, others.values())
    used: dict[tuple[str, Any], str] = {}
    different: list[str] = []
    for number, cabling in cablings.items():
        row = requests[number - 1].row
        with plan.row(row):
            free = True
            for port in cabling.ends.values():
                if port.key in used:
                    plan.problem(f"{port.text}: {used[port.key]} asks for a cable there, too. A port has one cable.")
                elif port.key in others:
                    plan.problem(f"{port.text} has {_named(others[port.key], port.key, texts)} already.")
                free = free and port.key not in used and port.key not in others
                used.setdefault(port.key, row)
            present = {there[port.key].cable for port in cabling.ends.values() if port.key in there}
            if free and present:
                plan.keep()
                different += [f"{row} ({field})" for field in _differences(present.pop(), cabling.values)]
            elif free:
                _plan_cable(plan, cabling)
    if different:
        more = f" and {len(different) - _MOST_NAMED} more" if len(different) > _MOST_NAMED else ""
        named = "; ".join(different[:_MOST_NAMED])
        plan.remark(f"These cables are there, with other values, and are left as they are: {named}{more}.")


def _is_there(attached: Attached, cabling: Cabling) -> bool:
    """Is the cable that is there the one that is asked for?"""
    wanted = {end: port.key for end, port in cabling.ends.items()}
    if {(end.side, end.connector): end.key for end in attached.ends} == wanted:
        return True
    # A cable without several connectors has no direction.
    return len(wanted) == len(attached.ends) == 2 and {end.key for end in attached.ends} == set(wanted.values())


def _texts(user: Any, cables: Collection[Attached]) -> dict[tuple[str, Any], str]:
    """What the cables and the ports at their ends are called, as far as the user may view them."""
    keys = {attached.cable.pk for attached in cables}
    if not keys:
        return {}
    labels = visible(user, Cable).filter(pk__in=keys).exclude(label="").values_list("pk", "label")
    ports = port_texts(user, (end.key for attached in cables for end in attached.ends))
    return ports | {("dcim.cable", pk): label for pk, label in labels}


def _named(attached: Attached, key: tuple[str, Any], texts: Mapping[tuple[str, Any], str]) -> str:
    far = [texts[end.key] for end in attached.ends if end.key != key and end.key in texts]
    label = texts.get(("dcim.cable", attached.cable.pk))
    label = f'the cable "{label}"' if label else "a cable"
    return f"{label} to {' and '.join(far)}" if far else label


def _differences(cable: Cable, wanted: Mapping[str, Any]) -> list[str]:
    return [field for field, value in wanted.items() if value not in ("", None) and getattr(cable, field) != value]


def _plan_cable(plan: Plan, cabling: Cabling) -> None:
    values = dict(cabling.values)
    status = values.pop("status")
    if set(cabling.ends) == {("A", 1), ("B", 1)}:
        a, b = (cabling.ends[side, 1] for side in "AB")
        connect(plan, a.obj, b.obj, status=status, reason=f"{a.text} to {b.text}", **values)
        return
    ports = {end: port.obj for end, port in sorted(cabling.ends.items())}
    texts = [port.text for _, port in sorted(cabling.ends.items())]
    attach(plan, ports, status=status, reason=f"{texts[0]} and {len(texts) - 1} more ports", **values)
