"""What becomes of which address: old prefixes and addresses to new ones. No database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from ..toolkit.access import RefusalError

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


@dataclass(frozen=True)
class Move:
    """One line of the request.

    Args:
        row: for `Plan.row`.
        old: a prefix with all in it; of a single address the prefix that it is alone in.
        new: where its first address goes to; a prefix of the same or larger size.
        single: an address alone.
        mask: the mask that the address is given; None keeps its own.
    """

    row: str
    old: Network
    new: Network
    single: bool = False
    mask: int | None = None

    def address(self, text: str) -> str:
        """Where an address goes to."""
        old = ip_address(text)
        return str(type(old)(int(self.new.network_address) + int(old) - int(self.old.network_address)))

    def length(self, old: int) -> int:
        """The mask of a new address, or the length of a new prefix: that of the new prefix for what had the old's."""
        if self.single:
            return old if self.mask is None else self.mask
        return self.new.prefixlen if old == self.old.prefixlen else old

    def network(self, text: str, length: int) -> Network:
        """Where a prefix goes to."""
        return ip_network(f"{self.address(text)}/{self.length(length)}")


def move_of(row: str, old_text: str, new_text: str) -> Move:
    """Read a line: "10.0.0.0/24" and "10.1.0.0/24", or "10.0.0.5" and "10.1.0.5" or "10.1.0.5/25".

    Raises:
        RefusalError: it makes no sense; with column and value.
    """
    if "/" not in old_text:
        old = _address(old_text, "old")
        text, _, mask = new_text.partition("/")
        new = _address(text, "new", shown=new_text)
        _same_version(old, new, new_text)
        if mask and not (mask.isascii() and mask.isdigit() and 1 <= int(mask[:4]) <= old.max_prefixlen):
            raise _bad("new", new_text, f"the mask has to be a number from 1 to {old.max_prefixlen}.")
        if old == new:
            raise _bad("new", new_text, "it is the old address.")
        return Move(row, ip_network(old), ip_network(new), True, int(mask) if mask else None)
    if "/" not in new_text:
        raise _bad("new", new_text, "write a prefix, such as 10.1.0.0/24, since the old one is a prefix.")
    before, after = _network(old_text, "old"), _network(new_text, "new")
    _same_version(before, after, new_text)
    if after.prefixlen > before.prefixlen:
        raise _bad("new", new_text, f"it is smaller than {before}. Choose one of /{before.prefixlen} or larger.")
    if before.overlaps(after):
        raise _bad("new", new_text, f"it overlaps {before}. Choose another one.")
    return Move(row, before, after)


class Mapping:
    """All lines of a request: which of them is for an address or prefix, the most specific one."""

    def __init__(self, moves: Iterable[Move]) -> None:
        self.moves = sorted(moves, key=lambda move: (move.old.version, move.old.network_address, move.old.prefixlen))
        self._by_old = {(move.single, move.old): move for move in self.moves}
        self._lengths = sorted({move.old.prefixlen for move in self.moves if not move.single}, reverse=True)

    @staticmethod
    def twice(moves: Iterable[Move]) -> Iterator[tuple[Move, str]]:
        """Lines whose old or new one stands in an earlier line already, and what is wrong."""
        old: dict[tuple[bool, Network], str] = {}
        new: dict[tuple[bool, Address], str] = {}
        for move in moves:
            first = old.setdefault((move.single, move.old), move.row)
            if first != move.row:
                yield move, f'column old, "{_shown(move.single, move.old)}": it is in {first} already.'
            first = new.setdefault((move.single, move.new.network_address), move.row)
            if first != move.row:
                yield move, f'column new, "{_shown(move.single, move.new)}": it is in {first} already.'

    def for_address(self, text: str) -> Move:
        """The line for an address that is in one of them.

        Raises:
            LookupError: it is in none.
        """
        address = ip_address(text)
        alone = self._by_old.get((True, ip_network(address)))
        return alone or self._containing(address, address.max_prefixlen)

    def for_network(self, text: str, length: int) -> Move:
        """The line for a prefix, as `for_address`."""
        return self._containing(ip_address(text), length)

    def _containing(self, address: Address, longest: int) -> Move:
        kind = IPv4Network if address.version == 4 else IPv6Network
        for length in self._lengths:
            if length <= min(longest, address.max_prefixlen):
                rest = address.max_prefixlen - length
                move = self._by_old.get((False, kind((int(address) >> rest << rest, length))))
                if move is not None:
                    return move
        raise LookupError(str(address))


def _shown(single: bool, network: Network) -> str:
    return str(network.network_address if single else network)


def _bad(column: str, text: str, why: str) -> RefusalError:
    return RefusalError(f'column {column}, "{text}": {why}')


def _address(text: str, column: str, shown: str = "") -> Address:
    try:
        return ip_address(text)
    except ValueError:
        raise _bad(column, shown or text, "it is no address. Write 10.0.0.5 or 2001:db8::5.") from None


def _network(text: str, column: str) -> Network:
    try:
        return ip_network(text)
    except ValueError:
        raise _bad(
            column, text, "it is no prefix. Write 10.0.0.0/24, without host bits; an address is written without mask."
        ) from None


def _same_version(old: Address | Network, new: Address | Network, text: str) -> None:
    if old.version != new.version:
        raise _bad("new", text, f"the old one is IPv{old.version}, this is IPv{new.version}.")
