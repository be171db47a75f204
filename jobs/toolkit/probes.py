"""Does an address answer? By TCP, and by ICMP echo where the system permits that to ordinary processes."""

from __future__ import annotations

import errno
import os
import socket
import struct
import time
from dataclasses import dataclass
from ipaddress import ip_address

from .fleet import Guard

OPEN = "open"
REFUSED = "refused"
SILENT = "no answer"
UNREACHABLE = "unreachable"
ANSWERS = "answers"
NOT_PERMITTED = "not permitted"
# Whoever refuses a connection is there.
ALIVE = frozenset({OPEN, REFUSED, ANSWERS})
PING = "icmp"
_FAMILIES = {4: (socket.AF_INET, socket.IPPROTO_ICMP, 8, 0), 6: (socket.AF_INET6, socket.IPPROTO_ICMPV6, 128, 129)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Args:
        state: one of the states above.
        milliseconds: until it came; None if nothing came.
    """

    state: str
    milliseconds: float | None = None


def may_ping() -> bool:
    """May this process send ICMP echo requests? On Linux `net.ipv4.ping_group_range` says so, for IPv6 too."""
    family, protocol, _, _ = _FAMILIES[4]
    try:
        socket.socket(family, socket.SOCK_DGRAM, protocol).close()
    except OSError:
        return False
    return True


def tcp(address: str, port: int, seconds: float, guard: Guard) -> Answer:
    """Connect, and hang up."""
    family = _FAMILIES[ip_address(address).version][0]
    with socket.socket(family, socket.SOCK_STREAM) as line:
        line.settimeout(min(seconds, guard.left()))
        begun = time.monotonic()
        try:
            line.connect((address, port))
        except TimeoutError:
            return Answer(SILENT)
        except OSError as error:
            return _failed(error, begun)
        return Answer(OPEN, _since(begun))


def ping(address: str, seconds: float, guard: Guard) -> Answer:
    """Send an ICMP echo request, and wait for the reply to it."""
    family, protocol, request, reply = _FAMILIES[ip_address(address).version]
    token = os.urandom(16)
    try:
        line = socket.socket(family, socket.SOCK_DGRAM, protocol)
    except OSError:
        return Answer(NOT_PERMITTED)
    with line:
        begun = time.monotonic()
        end = begun + min(seconds, guard.left())
        # The system fills in the identifier, and for IPv6 the checksum.
        packet = struct.pack("!BBHHH", request, 0, 0, 0, 1) + token
        if family == socket.AF_INET:
            packet = struct.pack("!BBHHH", request, 0, _checksum(packet), 0, 1) + token
        try:
            line.connect((address, 0))
            line.send(packet)
            while (left := end - time.monotonic()) > 0:
                line.settimeout(left)
                answer = line.recv(1024)
                if answer[:1] == bytes([reply]) and answer[8:] == token:
                    return Answer(ANSWERS, _since(begun))
        except TimeoutError:
            return Answer(SILENT)
        except OSError as error:
            return _failed(error, begun)
    return Answer(SILENT)


def _failed(error: OSError, begun: float) -> Answer:
    if error.errno == errno.ECONNREFUSED:
        return Answer(REFUSED, _since(begun))
    return Answer(SILENT if error.errno == errno.ETIMEDOUT else UNREACHABLE)


def _since(begun: float) -> float:
    return round(1000 * (time.monotonic() - begun), 2)


def _checksum(packet: bytes) -> int:
    """RFC 1071, of an even number of bytes."""
    total = sum(struct.unpack(f"!{len(packet) // 2}H", packet))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF
