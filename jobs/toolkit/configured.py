"""Addresses of interfaces, as a device's configuration has them: all of them, of both versions, with their lengths.

What devices show of their interfaces has the first IPv4 address at most. Of a configuration, which has secrets, only the
lines that are understood here leave the session (`relevant`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_interface

# By netmiko's names of platforms.
COMMANDS: Mapping[str, str] = {
    "cisco_ios": "show running-config",
    "cisco_xe": "show running-config",
    "arista_eos": "show running-config",
    "juniper_junos": "show configuration interfaces | display set",
}
_SET = "juniper_junos"
_INTERFACE = re.compile(r"interface (\S.*?)\s*$")
_ADDRESS = re.compile(r"\s+(ip|ipv6) (?:address|unnumbered) (.*?)\s*$")
_UNIT = re.compile(
    r"(set|deactivate) interfaces (\S+) unit (\d+)(?: family (inet6?)(?: (\S+))?(?: (\S+))?(?: (eui-64))?)?(?= |$)"
)
_GIVEN_OUT = ("dhcp", "dhcp-client", "dhcpv6-client", "negotiate-address", "unnumbered-address")


@dataclass
class Configured:
    """What an interface has.

    Args:
        addresses: in normal form, "192.0.2.1/24" or "2001:db8::1/64"; none that are valid on their link only.
        open: versions, 4 or 6, of which it may have others besides: by DHCP, by autoconfiguration.
    """

    addresses: set[str] = field(default_factory=set)
    open: set[int] = field(default_factory=set)


def relevant(driver: str, answer: str) -> str:
    """Of a configuration the lines that are understood here, and of those that begin another part that they do."""
    lines = answer.splitlines()
    if driver == _SET:
        return "\n".join(found[0] for found in map(_UNIT.match, lines) if found)
    understood = (line if _INTERFACE.match(line) or _ADDRESS.match(line) else "!" for line in lines if _tells(line))
    return "\n".join(understood)


def _tells(line: str) -> bool:
    return not line.startswith((" ", "\t")) or bool(_ADDRESS.match(line))


def configured(driver: str, text: str) -> dict[str, Configured]:
    """The interfaces that a configuration names, by name, and what each has; empty if it was not shown."""
    found: dict[str, Configured] = {}
    lines = _set_lines(text) if driver == _SET else _indented(text)
    for name, version, words in lines:
        port = found.setdefault(name, Configured())
        if version is None:
            continue
        address = normal(*words)
        if address is None:
            port.open.add(version)
        elif not of_link(address):
            port.addresses.add(address)
    return found


def _indented(text: str) -> Iterator[tuple[str, int | None, list[str]]]:
    """Of Cisco IOS and Arista EOS: each interface, then what its lines say."""
    name = ""
    for line in text.splitlines():
        if not line.startswith((" ", "\t")):
            start = _INTERFACE.match(line)
            name = start[1] if start else ""
            if name:
                yield name, None, []
        elif name and (told := _ADDRESS.match(line)):
            words = [word for word in told[2].split() if word not in ("secondary", "anycast", "virtual", "link-local")]
            yield name, 6 if told[1] == "ipv6" else 4, words


def _set_lines(text: str) -> Iterator[tuple[str, int | None, list[str]]]:
    """Of Junos: each logical interface, then what its lines say."""
    lines = text.splitlines()
    off = tuple(line.removeprefix("deactivate ") + " " for line in lines if line.startswith("deactivate "))
    for line in lines:
        told = _UNIT.match(line)
        if told is None or (off and f"{line.removeprefix('set ')} ".startswith(off)):
            continue  # what is deactivated, the device does not have
        verb, port, unit, family, kind, value, derived = told.groups()
        name = f"{port}.{unit}"
        yield name, None, []
        for version in (4, 6) if family is None else (6 if family == "inet6" else 4,):
            if verb == "deactivate" or kind in _GIVEN_OUT or derived:
                yield name, version, []
            elif kind == "address" and value:
                yield name, version, [value]


def of_link(address: str) -> bool:
    """Whether an address is an IPv6 one that is valid on its link only. IPv4 ones of that kind are those of tunnels, and recorded."""
    found = ip_interface(address)
    return found.version == 6 and found.is_link_local


def normal(*words: str) -> str | None:
    """An address in normal form of "192.0.2.1/24", of "192.0.2.1 255.255.255.0", or of "fe80::1"; None if it is none."""
    if not words or len(words) > 2:
        return None
    try:
        return str(ip_interface("/".join(words)))
    except ValueError:
        return None
