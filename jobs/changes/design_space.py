"""What is free in a prefix: the next part of a length, and the next address. Numbers only, no database."""

from __future__ import annotations

from bisect import insort
from ipaddress import IPv4Network, IPv6Network, ip_interface, ip_network

_Network = IPv4Network | IPv6Network


class Space:
    """What of a prefix is in use.

    Args:
        network: the prefix: "10.0.0.0/16".
        pool: its first and last address may be given out.
    """

    def __init__(self, network: str, *, pool: bool = False) -> None:
        self.network: _Network = ip_network(network)
        self._parts: list[tuple[int, int]] = []
        self._addresses: list[tuple[int, int]] = []
        self._edges = 1 if self.network.version == 4 and self.network.prefixlen < 31 and not pool else 0

    def take_network(self, text: str) -> None:
        """A prefix is in use. One that is not inside this prefix does not matter."""
        part = ip_network(text)
        if self._holds(part.version, int(part.network_address)) and part.prefixlen > self.network.prefixlen:
            block = (int(part.network_address), int(part.broadcast_address))
            insort(self._parts, block)
            insort(self._addresses, block)

    def take_addresses(self, first: str, last: str = "") -> None:
        """An address, or all from the first to the last, are in use. Their lengths do not matter."""
        start, end = ip_interface(first), ip_interface(last or first)
        if self._holds(start.version, int(start.ip)):
            insort(self._addresses, (int(start.ip), int(end.ip)))

    def next_network(self, length: int) -> str | None:
        """The first free part of that length, taken from now on; None if there is none."""
        if not self.network.prefixlen < length <= self.network.max_prefixlen:
            return None
        size = 1 << (self.network.max_prefixlen - length)
        found = _gap(self._parts, int(self.network.network_address), int(self.network.broadcast_address), size)
        if found is None:
            return None
        text = f"{type(self.network.network_address)(found)}/{length}"
        self.take_network(text)
        return text

    def next_address(self) -> str | None:
        """The first free address, with the prefix's length, taken from now on; None if there is none."""
        first, last = int(self.network.network_address), int(self.network.broadcast_address)
        found = _gap(self._addresses, first + self._edges, last - self._edges, 1)
        if found is None:
            return None
        text = f"{type(self.network.network_address)(found)}/{self.network.prefixlen}"
        self.take_addresses(text)
        return text

    def _holds(self, version: int, number: int) -> bool:
        first, last = self.network.network_address, self.network.broadcast_address
        return version == self.network.version and int(first) <= number <= int(last)


def _gap(taken: list[tuple[int, int]], first: int, last: int, size: int) -> int | None:
    """The first multiple of the size, from first to last, with so many numbers that are in none of the blocks."""
    at = -(-first // size) * size
    for start, end in taken:
        if start >= at + size:
            break
        if end >= at:
            at = -(-(end + 1) // size) * size
    return at if at + size - 1 <= last else None
