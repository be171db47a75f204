"""Which commands may be sent to devices: those that show something, from a list, and in one way of writing alone.

A command has to pass both: the grammar, which has no room for a pipe, a second line or a redirection, and the allow-list of the
device's platform.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .access import RefusalError
from .network_devices import CONTEXT_KEY

MOST_COMMANDS = 50
_LONGEST = 200
# Words of letters, digits and what is in names of interfaces and addresses, one space between them.
_COMMAND = re.compile(r"(?:show|display)(?: [A-Za-z0-9:][A-Za-z0-9._:/-]*)+", re.ASCII)
_ANYTHING_MORE = " *"

_CISCO = (
    "show arp",
    "show cdp neighbors",
    "show cdp neighbors detail",
    "show clock",
    "show interfaces",
    "show interfaces *",
    "show inventory",
    "show ip arp",
    "show ip bgp summary",
    "show ip interface brief",
    "show ip ospf neighbor",
    "show ip route",
    "show ip route *",
    "show lldp neighbors",
    "show lldp neighbors detail",
    "show mac address-table",
    "show ntp associations",
    "show ntp status",
    "show spanning-tree",
    "show version",
    "show vlan brief",
    "show vrf",
)
_IOS = (*_CISCO, "show environment *", "show etherchannel summary", "show power inline", "show switch")
# By netmiko's names of platforms. Config contexts add to them.
ALLOWED: Mapping[str, tuple[str, ...]] = {
    "cisco_ios": _IOS,
    "cisco_xe": _IOS,
    "cisco_nxos": (
        *_CISCO,
        "show feature",
        "show interface",
        "show interface *",
        "show port-channel summary",
        "show vpc",
    ),
    "cisco_xr": (*_CISCO, "show bgp summary", "show ipv4 interface brief", "show isis neighbors", "show platform"),
    "arista_eos": (
        *_CISCO,
        "show environment *",
        "show mlag",
        "show port-channel summary",
        "show vlan",
    ),
    "juniper_junos": (
        "show arp no-resolve",
        "show bgp summary",
        "show chassis alarms",
        "show chassis environment",
        "show chassis hardware",
        "show ethernet-switching table",
        "show interfaces",
        "show interfaces *",
        "show lldp neighbors",
        "show ntp associations",
        "show ospf neighbor",
        "show route",
        "show route *",
        "show system uptime",
        "show version",
        "show vlans",
    ),
}


def read_commands(text: str) -> tuple[str, ...]:
    """The commands of a field, one a line, each once.

    Raises:
        RefusalError: one of them is not a command that shows something, or there are too many.
    """
    lines = [line.strip(" ") for line in text.replace("\r\n", "\n").split("\n")]
    found = tuple(dict.fromkeys(filter(None, lines)))
    if len(found) > MOST_COMMANDS:
        raise RefusalError(f"Commands: {len(found)} are more than {MOST_COMMANDS}.")
    for number, line in enumerate(lines, 1):
        if line and not is_command(line):
            raise RefusalError(
                f"Commands: line {number}, {line[:_LONGEST]!a}: write a command that begins with “show ” (or “display ”), in full, "
                f"in at most {_LONGEST} letters, digits, and . : / - _, with single spaces. No other sign is sent to devices."
            )
    return found


def is_command(text: str) -> bool:
    """Is it a command that shows something, written in the one way that is accepted?"""
    return len(text) <= _LONGEST and _COMMAND.fullmatch(text) is not None


def allowed(driver: str, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The allow-list of a device: of its platform, and what its config context adds, as far as that is commands."""
    more = settings.get("commands", ())
    own = more if isinstance(more, (list, tuple)) else ()
    return (*ALLOWED.get(driver, ()), *(each for each in own if isinstance(each, str) and _is_entry(each)))


def bad_entries(settings: Mapping[str, Any]) -> list[str]:
    """What a config context has as commands, and is none."""
    more = settings.get("commands", ())
    bad = [more]
    if isinstance(more, (list, tuple)):
        bad = [each for each in more if not (isinstance(each, str) and _is_entry(each))]
    return [f"{CONTEXT_KEY}.commands: {str(each)[:_LONGEST]!a}" for each in bad]


def _is_entry(text: str) -> bool:
    return is_command(text.removesuffix(_ANYTHING_MORE))


def may_send(command: str, entries: Iterable[str]) -> bool:
    """Is the command on an allow-list? An entry that ends with " *" stands for any further words."""
    if not is_command(command):
        return False
    return any(
        command == entry or (entry.endswith(_ANYTHING_MORE) and command.startswith(entry[:-1])) for entry in entries
    )


def built_in(driver: str, command: str) -> bool:
    """Is the command one of the platform's list here? None of these shows a part of the configuration."""
    return may_send(command, ALLOWED.get(driver, ()))


def all_of(entries: Iterable[str]) -> tuple[str, ...]:
    """The commands of an allow-list that need no further words."""
    return tuple(dict.fromkeys(entry for entry in entries if not entry.endswith(_ANYTHING_MORE)))
