"""Zone files of the DNS (RFC 1035, 5): records of addresses, and serial numbers that grow when, and only when, a zone differs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from ipaddress import ip_address, ip_network

# As in names of hosts, and for services; a star may be the first label.
_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_NAME = re.compile(rf"(?=.{{1,253}}\Z)(?:\*\.)?{_LABEL}(?:\.{_LABEL})*")
_SERIAL = re.compile(r"^\s+(\d{1,10}) ; serial$", re.MULTILINE)
_MOST = 2**32 - 1


def is_name(text: str) -> bool:
    """Is it a name that a zone file can have, in lower case and without a dot at its end?"""
    return _NAME.fullmatch(text) is not None


def reverse_zone(address: str) -> str:
    """The zone that the name of an address stands in: of its /24 or /64."""
    parsed = ip_address(address)
    network = ip_network((address, 24 if parsed.version == 4 else 64), strict=False)
    labels = network.network_address.reverse_pointer.split(".")
    return ".".join(labels[1:] if parsed.version == 4 else labels[16:])


@dataclass(frozen=True)
class Head:
    """What all zones have.

    Args:
        servers: names of the name servers, the first of which is the primary one.
        contact: the mailbox of who answers for it, "hostmaster@example.com".
        ttl: in seconds.
    """

    servers: tuple[str, ...]
    contact: str
    ttl: int


@dataclass
class Zone:
    """A zone.

    Args:
        name: without a dot at its end.
        records: type and value, by full name.
    """

    name: str
    records: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))

    def add(self, name: str, kind: str, value: str) -> None:
        """Add a record."""
        self.records[name].add((kind, value))

    @property
    def size(self) -> int:
        """How many records it has, without its head."""
        return sum(map(len, self.records.values()))

    def text(self, head: Head, serial: int) -> str:
        """The file. Two of the same records and head differ in their serial at most."""
        mailbox, _, domain = head.contact.partition("@")
        who = f"{mailbox.replace('.', chr(92) + '.')}.{domain}."
        lines = [
            f"$ORIGIN {self.name}.",
            f"$TTL {head.ttl}",
            f"@ IN SOA {head.servers[0]}. {who} (",
            f"    {serial} ; serial",
            "    3600 ; refresh",
            "    600 ; retry",
            "    1209600 ; expire",
            f"    {min(head.ttl, 3600)} ; negative answers",
            ")",
            *(f"@ IN NS {server}." for server in head.servers),
            *self._lines(),
        ]
        return "\n".join(lines) + "\n"

    def _lines(self) -> Iterator[str]:
        for name in sorted(self.records, key=lambda each: each.split(".")[::-1]):
            relative = "@" if name == self.name else name.removesuffix(f".{self.name}")
            for kind, value in sorted(self.records[name], key=_order):
                yield f"{relative} IN {kind} {value}"

    def orphans(self, head: Head) -> list[str]:
        """Name servers that are in this zone, and have no address in it: nobody would find them."""
        inside = [each for each in head.servers if each == self.name or each.endswith(f".{self.name}")]
        return [each for each in inside if not any(kind in ("A", "AAAA") for kind, _ in self.records.get(each, ()))]


def _order(record: tuple[str, str]) -> tuple[str, bytes, str]:
    kind, value = record
    return kind, ip_address(value).packed if kind in ("A", "AAAA") else b"", value


def serial_of(text: str) -> int | None:
    """The serial of a file that `Zone.text` has written."""
    found = _SERIAL.search(text)
    return int(found[1]) if found else None


def next_serial(zone: Zone, head: Head, earlier: str | None, today: date, at_least: int) -> int:
    """The serial of a zone: as it was if nothing else differs, else greater, and of today where that is greater still.

    Args:
        zone: the zone.
        head: its head.
        earlier: the file of an earlier run, if there is one.
        today: the day of the run.
        at_least: what name servers have already; 0 if that is not known.
    """
    before = serial_of(earlier) if earlier else None
    if before is not None and before >= at_least and zone.text(head, before) == earlier:
        return before
    wanted = int(f"{today:%Y%m%d}00")
    if before is not None:
        wanted = max(wanted, before + 1)
    if at_least:
        wanted = max(wanted, at_least + 1)
    return min(wanted, _MOST)


def forward_zone(name: str, domains: Iterable[str]) -> str:
    """The longest of the domains that a name is in; "" for none."""
    inside = [domain for domain in domains if name == domain or name.endswith(f".{domain}")]
    return max(inside, key=len, default="")
