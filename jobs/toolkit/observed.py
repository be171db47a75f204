"""What devices say of themselves, in one form for all platforms: version, interfaces, neighbours. Parsed by ntc-templates.

What a platform does not tell is None, and nothing is concluded from it. Addresses come from the configuration as well (`configured`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from netutils.interface import canonical_interface_name

from . import configured, fleet
from .fleet import TargetError
from .network_devices import Target
from .parsing import ParseError, parse
from .sessions import Session

VERSION, INTERFACES, NEIGHBOURS, ADDRESSES = "version", "interfaces", "neighbours", "addresses"
_IOS = {
    VERSION: ("show version",),
    INTERFACES: ("show interfaces",),
    NEIGHBOURS: ("show lldp neighbors detail", "show cdp neighbors detail"),
    ADDRESSES: (configured.COMMANDS["cisco_ios"],),
}
# By netmiko's names of platforms.
COMMANDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "cisco_ios": _IOS,
    "cisco_xe": _IOS,
    "arista_eos": {
        VERSION: ("show version", "show hostname"),
        INTERFACES: ("show interfaces",),
        NEIGHBOURS: ("show lldp neighbors detail",),
        ADDRESSES: (configured.COMMANDS["arista_eos"],),
    },
    "juniper_junos": {
        VERSION: ("show version", "show chassis hardware"),
        INTERFACES: ("show interfaces",),
        NEIGHBOURS: ("show lldp neighbors",),
        ADDRESSES: (configured.COMMANDS["juniper_junos"],),
    },
}
NO_COMMANDS = "What this platform says of itself is not understood here: there are Cisco IOS and IOS-XE, Arista EOS, Juniper Junos."
# A device that is not asked for this has nothing to say about it, and that is no failure.
_OPTIONAL = frozenset(_IOS[NEIGHBOURS])
# Lines that are understood, of answers whose templates refuse every line that they do not know.
_RELEVANT = {
    (
        "arista_eos",
        "show version",
    ): r"Arista |(?:Hardware|Software image) version|Serial number|System MAC|Uptime|(?:Total|Free) memory",
    (
        "arista_eos",
        "show interfaces",
    ): r"\S+ is .*, line protocol is |\s+(?:Hardware is|Description:|Internet address is|IP MTU|Up |Down )",
    ("juniper_junos", "show version"): r"Hostname:|Model:|Junos:|JUNOS EX +Software Suite",
    ("juniper_junos", "show chassis hardware"): r"Chassis ",
    (
        "juniper_junos",
        "show interfaces",
    ): r"Physical interface:|\s+(?:Description:|Link-level type|Logical interface)|.*Link-level type",
    ("juniper_junos", "show lldp neighbors"): r"\S+ +\S+ +(?:[0-9a-f]{2}:){5}[0-9a-f]{2} +\S+ +\S+ *$",
}
# Beside the answers: why there is no configuration.
_TROUBLE = "trouble"
_NOT_ENABLED = re.compile(r"not enabled|not running|invalid input|unknown command|syntax error", re.IGNORECASE)


@dataclass
class Port:
    """An interface, as the device has it.

    Args:
        name: as the device writes it.
        enabled: not shut down.
        up: something answers at the other end.
        speed: in Kbps, as negotiated.
        addresses: with their lengths, in normal form.
        complete: versions, 4 or 6, of which these are all; None if the configuration does not tell.
        errors: input and output errors that were counted.
        idle: how long ago the last frame came in, as the device writes it.
        output: the same of the last one that went out.
    """

    name: str
    enabled: bool | None = None
    up: bool | None = None
    mtu: int | None = None
    speed: int | None = None
    description: str | None = None
    mac: str | None = None
    addresses: tuple[str, ...] | None = None
    complete: frozenset[int] | None = None
    errors: int | None = None
    idle: str | None = None
    output: str | None = None


class Neighbour(NamedTuple):
    """What a device hears from the other end of a cable."""

    port: str
    device: str
    far_port: str
    protocol: str


@dataclass
class Observed:
    """What one device says.

    Args:
        hostname: without domain.
        serials: of the device; of each member of a stack.
        models: the same.
        version: of the software.
        ports: by `key` of their names.
        neighbours: each once, even if told by two protocols.
        troubles: what could not be read, by command.
    """

    hostname: str | None = None
    serials: tuple[str, ...] | None = None
    models: tuple[str, ...] | None = None
    version: str | None = None
    ports: dict[str, Port] = field(default_factory=dict)
    neighbours: list[Neighbour] = field(default_factory=list)
    troubles: dict[str, str] = field(default_factory=dict)


def key(name: str) -> str:
    """What names of one interface have in common, however it is abbreviated: "Gi1/0/1" and "GigabitEthernet1/0/1"."""
    return canonical_interface_name(name.strip()).lower()


def short(hostname: str) -> str:
    """The name of a device without domain, and without what some append to it: "sw1.example.com(FOC1)"."""
    return re.sub(r"\(.*\)$", "", hostname.strip()).split(".")[0].lower()


def reader(*what: str) -> Callable[[Session], dict[str, str]]:
    """A task for sessions: asks for these parts, and returns the answers by command."""

    def read(session: Session) -> dict[str, str]:
        driver = session.target.driver
        parts = [part for part in what if part != ADDRESSES]
        answers = {command: session.ask(command) for part in parts for command in COMMANDS[driver][part]}
        if ADDRESSES in what:  # the last: without it there is the rest all the same
            command = configured.COMMANDS[driver]
            try:
                answers[command] = configured.relevant(driver, session.ask(command))
            except TargetError as error:
                answers[_TROUBLE] = str(error)
        return answers

    return read


def understand(target: Target, answers: Mapping[str, str]) -> Observed:
    """What the answers say.

    Raises:
        TargetError: none of them can be understood.
    """
    found, rows = Observed(), {}
    asked = dict(answers)
    configuration = asked.pop(configured.COMMANDS[target.driver], "")
    if _TROUBLE in asked:
        found.troubles[configured.COMMANDS[target.driver]] = asked.pop(_TROUBLE)
    for command, answer in asked.items():
        if command in _OPTIONAL and _NOT_ENABLED.search(answer[:500]):
            continue
        try:
            rows[command] = parse(target.parser, command, _readable(target.driver, command, answer)) or []
        except ParseError as error:
            found.troubles[command] = str(error)
    if any(command not in _OPTIONAL for command in asked) and not any(rows.values()):
        raise TargetError(fleet.PARSE, "None of its answers could be understood.")
    _UNDERSTAND[target.driver](found, rows)
    for name, port in configured.configured(target.driver, configuration).items():
        if (there := found.ports.get(key(name))) is not None:
            shown = set(there.addresses or ())
            # An account that may not see all of a configuration is shown one without addresses.
            if 4 in port.open or shown <= port.addresses:
                there.complete = frozenset({4, 6} - port.open)
            there.addresses = tuple(sorted(shown | port.addresses))
    return found


def _readable(driver: str, command: str, answer: str) -> str:
    """What is parsed of an answer."""
    if (driver, command) not in _RELEVANT:
        return answer
    relevant = re.compile(_RELEVANT[driver, command])
    lines = [line for line in answer.splitlines() if relevant.match(line)]
    # One word, for its template.
    return "\n".join(lines).replace("Administratively down", "Administratively-down") + "\n"


Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def _ios(found: Observed, rows: Rows) -> None:
    for row in rows.get("show version", ())[:1]:
        found.hostname, found.version = row["hostname"] or None, row["version"] or None
        found.serials, found.models = tuple(row["serial"]) or None, tuple(row["hardware"]) or None
    for row in rows.get("show interfaces", ()):
        address = f"{row['ip_address']}/{row['prefix_length']}" if row["ip_address"] else ""
        found.ports[key(row["interface"])] = Port(
            name=row["interface"],
            enabled="administratively" not in row["link_status"],
            up=row["link_status"] == "up" and row["protocol_status"].startswith("up"),
            mtu=_number(row["mtu"]),
            speed=_speed(row["speed"]),
            description=row["description"],
            mac=row["mac_address"] or None,
            addresses=(address,) if address else (),
            errors=_sum(row["input_errors"], row["output_errors"]),
            idle=row["last_input"] or None,
            output=row["last_output"] or None,
        )
    for command, protocol in (("show lldp neighbors detail", "LLDP"), ("show cdp neighbors detail", "CDP")):
        for row in rows.get(command, ()):
            far = row["neighbor_interface"]
            if protocol == "LLDP" and not _is_port(far):
                far = row["neighbor_port_id"]
            _hear(found, row["local_interface"], row["neighbor_name"], far, protocol)


def _eos(found: Observed, rows: Rows) -> None:
    for row in rows.get("show version", ())[:1]:
        found.version = row["image"] or None
        found.serials = (row["serial_number"],) if row["serial_number"] else None
        found.models = (row["model"],) if row["model"] else None
    for row in rows.get("show hostname", ())[:1]:
        found.hostname = row["hostname"] or None
    for row in rows.get("show interfaces", ()):
        found.ports[key(row["interface"])] = Port(
            name=row["interface"],
            enabled="administratively" not in row["link_status"] and row["link_status"] != "disabled",
            up=row["protocol_status"].startswith("up"),
            mtu=_number(row["mtu"]),
            description=row["description"],
            mac=row["mac_address"] or None,
            addresses=(row["ip_address"],) if row["ip_address"] else (),
            idle=row["last_link_flapped"] or None,
        )
    for row in rows.get("show lldp neighbors detail", ()):
        _hear(found, row["local_interface"], row["neighbor_name"], row["neighbor_interface"], "LLDP")


def _junos(found: Observed, rows: Rows) -> None:
    for row in rows.get("show version", ())[:1]:
        found.hostname, found.version = row["hostname"] or None, row["junos_version"] or None
        found.models = (row["model"],) if row["model"] else None
    serials = [row["chassis_serial_number"] for row in rows.get("show chassis hardware", ())]
    found.serials = tuple(filter(None, serials)) or None
    for row in rows.get("show interfaces", ()):
        logical = "." in row["interface"]
        found.ports[key(row["interface"])] = Port(
            name=row["interface"],
            enabled=None if logical else row["admin_state"].lower() == "enabled",
            up=row["link_status"].lower() == "up",
            mtu=_number(row["mtu"]),
            description=row["description"],
        )
    for row in rows.get("show lldp neighbors", ()):
        _hear(found, row["local_interface"], row["neighbor_name"], row["neighbor_interface"], "LLDP")


_UNDERSTAND: Mapping[str, Callable[[Observed, Rows], None]] = {
    "cisco_ios": _ios,
    "cisco_xe": _ios,
    "arista_eos": _eos,
    "juniper_junos": _junos,
}


def _hear(found: Observed, port: str, device: str, far_port: str, protocol: str) -> None:
    if not (port and device and far_port):
        return
    heard = Neighbour(port.strip(), device.strip(), far_port.strip(), protocol)
    same = (key(heard.port), short(heard.device))
    if not any((key(each.port), short(each.device)) == same for each in found.neighbours):
        found.neighbours.append(heard)


def _is_port(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z-]+ ?\d[\d/.:]*", text.strip()))


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else None


def _sum(*texts: str) -> int | None:
    numbers = [int(text) for text in texts if text.isdigit()]
    return sum(numbers) if numbers else None


def _speed(text: str) -> int | None:
    found = re.match(r"(\d+) ?([MG])b(?:ps|/s)", text)
    return int(found[1]) * {"M": 1_000, "G": 1_000_000}[found[2]] if found else None
