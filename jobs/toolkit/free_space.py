"""Free space in prefixes: the next address, the next prefix of a length, without listing what is free.

    container = plan.lock(Prefix.objects.filter(pk=...)).get()    # whoever gives out of it has to lock it first
    space = free_addresses(container)
    space.take_address()      # "10.0.0.5", and the next time "10.0.0.6"; None when there is nothing left
    free_prefixes(container).take_prefix(24)    # "10.0.3.0/24"

What is used comes from the database in order, and is read only as far as it takes to find something free; so the first
free /64 of an IPv6 /32 costs no more than that of a /56.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address
from itertools import islice, takewhile
from typing import Any, NamedTuple

from django.db.models import BinaryField, ExpressionWrapper, F, QuerySet
from nautobot.ipam.models import IPAddress, Prefix

from .compat import address_ranges

_BITS = {4: 32, 6: 128}
_CHUNK = 2000


class Span(NamedTuple):
    """Addresses that follow each other, as numbers; both ends belong to it."""

    first: int
    last: int


def gaps(space: Span, used: Iterable[tuple[int, int]]) -> Iterator[Span]:
    """What is left of a span.

    Args:
        space: the span.
        used: spans in the order of their first addresses. They may overlap each other, and reach beyond the space.
    """
    start = space.first
    for first, last in used:
        if first > space.last:
            break
        if first > start:
            yield Span(start, first - 1)
        start = max(start, last + 1)
    if start <= space.last:
        yield Span(start, space.last)


class FreeSpace:
    """Gives out the lowest free addresses and prefixes of a span. What it has given out, it does not give out again.

    Args:
        version: 4 or 6.
        space: what may be given out.
        used: what may not; see `gaps`. Read only as far as needed.
    """

    def __init__(self, version: int, space: Span, used: Iterable[tuple[int, int]]) -> None:
        self.version = version
        self._end = space.last + 1
        self._unread = gaps(space, used)
        self._free: list[Span] = []  # gaps read so far, without what was given out
        self._searched: dict[int, int] = {}  # size of blocks to the address below which there is none any more

    def take_address(self) -> str | None:
        """The lowest free address: "10.0.0.5". None if there is none."""
        first = self._take(1)
        return None if first is None else self._text(first)

    def take_prefix(self, length: int) -> str | None:
        """The lowest free prefix of that length: "10.0.3.0/24". None if there is none."""
        first = self._take(1 << (_BITS[self.version] - length))
        return None if first is None else f"{self._text(first)}/{length}"

    def reserve(self, first: int, last: int) -> bool:
        """Take these addresses; returns whether all of them were free."""
        self._read_to(last)
        index = bisect_left(self._free, first, key=lambda span: span.last)
        inside = list(takewhile(lambda span: span.first <= last, islice(self._free, index, None)))
        self._free[index : index + len(inside)] = [
            rest
            for span in inside
            for rest in (Span(span.first, first - 1), Span(last + 1, span.last))
            if rest.first <= rest.last
        ]
        return len(inside) == 1 and inside[0].first <= first and last <= inside[0].last

    def _take(self, size: int) -> int | None:
        """The first address of the lowest free block of a size, at a multiple of the size."""
        low = self._searched.get(size, 0)
        self._read_to(low)
        index = bisect_left(self._free, low, key=lambda span: span.last)
        while index < len(self._free) or self._read_one():
            span = self._free[index]
            start = -(-max(span.first, low) // size) * size
            if start + size - 1 <= span.last:
                self._searched[size] = start + size
                self.reserve(start, start + size - 1)
                return start
            index += 1
        self._searched[size] = self._end
        return None

    def _read_one(self) -> bool:
        span = next(self._unread, None)
        if span is not None:
            self._free.append(span)
        return span is not None

    def _read_to(self, address: int) -> None:
        """Read all gaps that begin at the address or below."""
        while not self._free or self._free[-1].last < address:
            if not self._read_one():
                return

    def _text(self, address: int) -> str:
        return str(IPv4Address(address) if self.version == 4 else IPv6Address(address))


def hosts(network: int, length: int, version: int, *, pool: bool) -> Span:
    """The addresses of a prefix that hosts may have.

    As Nautobot has it, all of a pool, and all of an IPv4 prefix but its network and broadcast addresses, which a /31 and
    a /32 do not have. Of an IPv6 prefix Nautobot offers all; the first one belongs to the routers (subnet-router anycast,
    RFC 4291), and stays out.
    """
    last = network + (1 << (_BITS[version] - length)) - 1
    if pool or last - network <= 1:
        return Span(network, last)
    return Span(network + 1, last - 1) if version == 4 else Span(network + 1, last)


def free_addresses(prefix: Prefix) -> FreeSpace:
    """Free addresses of a prefix: in no child prefix and no range, and not there yet. Up to three queries."""
    network = int.from_bytes(_packed(prefix.network), "big")
    space = hosts(network, prefix.prefix_length, prefix.ip_version, pool=prefix.type == "pool")
    used = heapq.merge(_prefixes(prefix), _ranges(prefix), _addresses(prefix))
    return FreeSpace(prefix.ip_version, space, used)


def free_prefixes(prefix: Prefix) -> FreeSpace:
    """Free space of a prefix for prefixes: where no child prefix, range or address is. Up to three queries.

    An address right in a container keeps its place free of prefixes: a new one would take it over.
    """
    network = int.from_bytes(_packed(prefix.network), "big")
    space = Span(network, network + (1 << (_BITS[prefix.ip_version] - prefix.prefix_length)) - 1)
    used = heapq.merge(_prefixes(prefix), _ranges(prefix), _addresses(prefix, outside_children=True))
    return FreeSpace(prefix.ip_version, space, used)


def _packed(text: str) -> bytes:
    return (IPv6Address(text) if ":" in text else IPv4Address(text)).packed


def _prefixes(prefix: Prefix) -> Iterator[tuple[int, int]]:
    inside = Prefix.objects.filter(
        namespace_id=prefix.namespace_id,
        ip_version=prefix.ip_version,
        network__gte=prefix.network,
        network__lte=prefix.broadcast,
        prefix_length__gt=prefix.prefix_length,
    )
    return _spans(inside, "network", "broadcast")


def _addresses(prefix: Prefix, *, outside_children: bool = False) -> Iterator[tuple[int, int]]:
    inside = IPAddress.objects.filter(
        parent__namespace_id=prefix.namespace_id,
        ip_version=prefix.ip_version,
        host__gte=prefix.network,
        host__lte=prefix.broadcast,
    )
    if outside_children:
        inside = inside.filter(parent__prefix_length__lte=prefix.prefix_length)
    return _spans(inside, "host", "host")


def _ranges(prefix: Prefix) -> Iterator[tuple[int, int]]:
    model: Any = address_ranges()
    if model is None:
        return iter(())
    inside = model.objects.filter(
        parent__namespace_id=prefix.namespace_id,
        ip_version=prefix.ip_version,
        start_host__lte=prefix.broadcast,
        end_host__gte=prefix.network,
    )
    return _spans(inside, "start_host", "end_host")


def _spans(objects: QuerySet, first: str, last: str) -> Iterator[tuple[int, int]]:
    """Addresses as numbers, in order. Nautobot's own reading of them as text would take most of the time."""
    raw = objects.order_by(first).values_list(
        *(ExpressionWrapper(F(name), output_field=BinaryField()) for name in (first, last))
    )
    for start, end in raw.iterator(_CHUNK):
        yield int.from_bytes(start, "big"), int.from_bytes(end, "big")
