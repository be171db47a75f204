"""Questions to the DNS, by resolvers of the user's choice, with retries. Needs dnspython, which Nautobot does not install."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import NamedTuple

from . import fleet
from .access import RefusalError
from .fleet import Guard, TargetError

MOST_RESOLVERS = 5
_PLACE = re.compile(
    r"\[(?P<six>[0-9A-Fa-f:.]+)\](?::(?P<port6>\d{1,5}))?|(?P<four>[\d.]+)(?::(?P<port4>\d{1,5}))?|(?P<bare>[0-9A-Fa-f:.]+)"
)


class Resolver(NamedTuple):
    """Whom to ask."""

    address: str
    port: int = 53


def read_resolvers(text: str) -> list[Resolver]:
    """Resolvers of a field: "192.0.2.53, 192.0.2.54:5353, [2001:db8::53]:5353"; none for those of the worker's system.

    Raises:
        RefusalError: one of them is no address.
    """
    found = []
    for word in filter(None, re.split(r"[\s,;]+", text or "")):
        match = _PLACE.fullmatch(word)
        address = match and (match["six"] or match["four"] or match["bare"])
        port = int((match and (match["port6"] or match["port4"])) or 53)
        try:
            found.append(Resolver(str(ip_address(address or "")), port))
        except ValueError:
            port = 0
        if not 1 <= port <= 65535:
            raise RefusalError(
                f"Resolvers: {word[:60]!a} is none. Enter IP addresses, with a port if it is not 53: 192.0.2.53, [2001:db8::53]:5353."
            )
    if len(found) > MOST_RESOLVERS:
        raise RefusalError(f"Resolvers: {len(found)} are more than {MOST_RESOLVERS}.")
    return found


class Lookups:
    """The questions. A resolver that does not answer, or cannot, is passed over; all are tried so often.

    Args:
        resolvers: in this order; none for those of the worker's system.
        seconds: how long an answer is waited for.
        tries: how often.
    """

    def __init__(self, resolvers: list[Resolver], seconds: float, tries: int) -> None:
        self._resolvers, self._seconds, self._tries = resolvers, seconds, tries

    @property
    def longest(self) -> float:
        """Seconds that one question takes at most."""
        return self._seconds * self._tries * max(len(self._resolvers), 3)

    def addresses(self, name: str, version: int, guard: Guard) -> tuple[str, ...]:
        """The addresses of a name; none if it has none of that family, or does not exist."""
        return tuple(sorted(str(ip_address(text)) for text in self._ask(name, "A" if version == 4 else "AAAA", guard)))

    def names(self, address: str, guard: Guard) -> tuple[str, ...]:
        """The names of an address, in lower case, without the dot at the end."""
        found = self._ask(ip_address(address).reverse_pointer, "PTR", guard)
        return tuple(sorted({text.rstrip(".").lower() for text in found}))

    def _ask(self, name: str, kind: str, guard: Guard) -> list[str]:
        import dns.exception
        import dns.name
        import dns.nameserver
        import dns.resolver

        resolver = dns.resolver.Resolver(configure=not self._resolvers)
        if self._resolvers:
            resolver.nameservers = [dns.nameserver.Do53Nameserver(*each) for each in self._resolvers]
        resolver.timeout = self._seconds
        resolver.lifetime = min(self.longest, guard.left())
        try:
            question = dns.name.from_text(name)
            return [rdata.to_text() for rdata in resolver.resolve(question, kind, search=False)]
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.resolver.YXDOMAIN:
            raise TargetError(fleet.ERROR, f"{name} leads to a name that is too long.") from None
        except dns.resolver.NoNameservers:
            raise TargetError(fleet.REFUSED, f"No resolver has an answer to {name} {kind}.") from None
        except dns.exception.Timeout:
            raise TargetError(fleet.TIMEOUT, f"No resolver has answered to {name} {kind} in time.") from None
        except (dns.exception.DNSException, UnicodeError, OSError) as error:
            raise TargetError(fleet.ERROR, f"{name} cannot be asked for ({type(error).__name__}).") from None
