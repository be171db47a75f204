"""Simulated devices: real SSH on loopback, each on an address of its own in 127.0.0.0/8, all on one port (Linux).

Run as a program it simulates devices for a benchmark: ``simulated_devices.py NUMBER LATENCY`` prints the port, and ends with its input.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

import asyncssh

PAGE_LINES = 24
FLOOD = 100 << 20
PASSWORD, ENABLE, GIT_PASSWORD = "canary-Pa55/word+1", "canary-enab1e&2", "canary-g1t@3"
DRIVERS = {"ios": "cisco_ios", "eos": "arista_eos", "junos": "juniper_junos"}
PROMPTS = {"ios": "{name}{sign}", "eos": "{name}{sign}", "junos": "{user}@{name}> "}
# Interfaces that the devices of a benchmark have beside "Management".
PORTS = tuple(f"GigabitEthernet1/0/{number}" for number in range(1, 4))
CONFIGURING = {"configure terminal", "configure", "conf t"}

IOS_VERSION = """Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E3, RELEASE SOFTWARE (fc2)
Technical Support: http://www.cisco.com/techsupport
Copyright (c) 1986-2020 by Cisco Systems, Inc.
Compiled Thu 22-Oct-20 10:10 by prod_rel_team

ROM: Bootstrap program is C2960X boot loader
BOOTLDR: C2960X Boot Loader (C2960X-HBOOT-M) Version 15.2(6r)E, RELEASE SOFTWARE (fc1)

{name} uptime is 1 year, 2 weeks, 3 days, 4 hours, 5 minutes
System returned to ROM by power-on
System image file is "flash:/c2960x-universalk9-mz.152-7.E3.bin"
Last reload reason: power-on

cisco WS-C2960X-48TS-L (APM86XXX) processor (revision B0) with 524288K bytes of memory.
Processor board ID FOC1234X5YZ
Last reset from power-on
1 Virtual Ethernet interface
52 Gigabit Ethernet interfaces
The password-recovery mechanism is enabled.

512K bytes of flash-simulated non-volatile configuration memory.
Base ethernet MAC Address       : 00:11:22:33:44:55
Model number                    : WS-C2960X-48TS-L
System serial number            : FOC1234X5YZ

Configuration register is 0xF
"""
EOS_VERSION = """Arista DCS-7050TX-64-R
Hardware version:    01.11
Serial number:       JPE12345678
System MAC address:  001c.7312.3456

Software image version: 4.28.3M
Architecture:           i686
Internal build version: 4.28.3M-28837868.4283M
Internal build ID:      a1b2c3

Uptime:                 1 week, 2 days, 3 hours and 4 minutes
Total memory:           3980672 kB
Free memory:            2509012 kB
"""
JUNOS_VERSION = """Hostname: {name}
Model: ex4300-48t
Junos: 21.4R3.15
JUNOS EX  Software Suite [21.4R3.15]
"""
VERSIONS = {"ios": IOS_VERSION, "eos": EOS_VERSION, "junos": JUNOS_VERSION}


@dataclass
class Device:
    """A device, and what became of it.

    Args:
        address: in 127.0.0.0/8.
        dialect: "ios", "eos" or "junos".
        answers: by command, in addition to `show version`.
        latency: seconds before the answer to a `show`.
        misbehaves: "" or "refuse", "silent" (nothing after TCP), "hang" (no answer to a `show`), "drop" (in the middle of an
            answer), "flood" (100 MB), "rubbish" (binary, then a prompt), "slow" (an answer in pieces).
        banner: shown before and after login.
        received: lines that came.
        logins: how many passwords came.
        keys: how many public keys.
    """

    address: str
    name: str = "sw1"
    dialect: str = "ios"
    username: str = "robot"
    password: str = PASSWORD
    enable: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    latency: float = 0.0
    misbehaves: str = ""
    banner: str = ""
    received: list[str] = field(default_factory=list)
    logins: int = 0
    keys: int = 0
    configured: bool = False

    def answer(self, command: str) -> str:
        if command in self.answers:
            return self.answers[command]
        if command == "show version":
            return VERSIONS[self.dialect].format(name=self.name)
        return "% Invalid input detected at '^' marker.\n" if self.dialect != "junos" else "unknown command.\n"


class Simulator:
    """The devices, in a thread of their own: ``with Simulator(devices) as simulator: simulator.port``."""

    key = asyncssh.generate_private_key("ssh-ed25519")

    def __init__(self, devices: Iterable[Device], port: int = 0) -> None:
        self.devices = list(devices)
        self.port = port
        self.fingerprint = self.key.get_fingerprint()
        self._loop = asyncio.new_event_loop()
        self._servers: list = []
        self._open: set = set()

    def __enter__(self) -> Simulator:
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result(30)
        return self

    def __exit__(self, *_) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _serve(self) -> None:
        if not self.port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
        for device in self.devices:
            if device.misbehaves == "refuse":
                continue
            if device.misbehaves == "silent":
                self._servers.append(await asyncio.start_server(self._silent, device.address, self.port))
                continue
            self._servers.append(
                await asyncssh.listen(
                    device.address,
                    self.port,
                    server_factory=lambda device=device: _Login(self, device),
                    server_host_keys=[self.key],
                    process_factory=lambda process, device=device: _Shell(device, process).run(),
                    encoding=None,
                    line_editor=False,
                    kex_algs=["curve25519-sha256@libssh.org"],
                )
            )

    async def _silent(self, reader, writer) -> None:
        self._open.add(writer)
        await reader.read()

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        for connection in list(self._open):
            with suppress(Exception):
                connection.abort() if hasattr(connection, "abort") else connection.close()
        await asyncio.sleep(0.05)
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


class _Login(asyncssh.SSHServer):
    def __init__(self, simulator: Simulator, device: Device) -> None:
        self.simulator, self.device = simulator, device

    def connection_made(self, connection) -> None:
        self.connection = connection
        self.simulator._open.add(connection)

    def connection_lost(self, _error) -> None:
        self.simulator._open.discard(self.connection)

    def begin_auth(self, _username: str) -> bool:
        if self.device.banner:
            self.connection.send_auth_banner(self.device.banner)
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, _username: str, _key) -> bool:
        self.device.keys += 1
        return False

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        self.device.logins += 1
        return (username, password) == (self.device.username, self.device.password)


class _Shell:
    def __init__(self, device: Device, process) -> None:
        self.device, self.process = device, process
        self.privileged = not device.enable
        self.lines = PAGE_LINES

    @property
    def prompt(self) -> str:
        sign = "#" if self.privileged else ">"
        return PROMPTS[self.device.dialect].format(name=self.device.name, sign=sign, user=self.device.username)

    async def run(self) -> None:
        with suppress(asyncssh.BreakReceived, asyncssh.TerminalSizeChanged, ConnectionError, asyncio.CancelledError):
            await self.serve()
        with suppress(OSError):
            self.process.exit(0)

    async def serve(self) -> None:
        if self.device.banner:
            self.say(self.device.banner)
        self.say(self.prompt)
        while (line := await self.read_line()) is not None:
            self.device.received.append(line)
            if line in ("exit", "quit"):
                return
            if line in CONFIGURING:
                self.device.configured = True
            if line and await self.obey(line):
                return
            self.say(self.prompt)

    async def obey(self, line: str) -> bool:
        """Answer; true if the connection is to be closed."""
        fixed = {
            "ios": {"terminal width 511": "", "terminal length 0": ""},
            "eos": {"terminal width 511": "Width set to 511 columns.\n", "terminal length 0": "Pagination disabled.\n"},
            "junos": {
                "set cli screen-width 511": "Screen width set to 511\n",
                "set cli complete-on-space off": "Disabling complete-on-space\n",
                "set cli screen-length 0": "Screen length set to 0\n",
            },
        }[self.device.dialect]
        if line in fixed:
            if line.endswith(" 0"):
                self.lines = 0
            self.say(fixed[line])
            return False
        if line == "enable" and self.device.enable:
            self.say("Password: ")
            self.privileged = await self.read_line(echo=False) == self.device.enable
            self.say("\n" if self.privileged else "\n% Access denied\n")
            return False
        await asyncio.sleep(self.device.latency)
        return await self.show(self.device.answer(line))

    async def show(self, text: str) -> bool:
        match self.device.misbehaves:
            case "hang":
                await asyncio.sleep(3600)
            case "drop":
                self.say(text[: len(text) // 2])
                await self.process.stdout.drain()
                return True
            case "flood":
                line = ("x" * 99 + "\n").encode() * 1000
                for _ in range(FLOOD // len(line)):
                    self.process.stdout.write(line)
                    await self.process.stdout.drain()
            case "rubbish":
                self.process.stdout.write(os.urandom(200_000).replace(self.device.name.encode(), b"") + b"\x00\xff\r\n")
            case "slow":
                for start in range(0, len(text), 100):
                    self.say(text[start : start + 100])
                    await asyncio.sleep(0.02)
            case _:
                await self.page(text)
        return False

    async def page(self, text: str) -> None:
        lines = text.splitlines(keepends=True)
        size = self.lines or len(lines) or 1
        while lines:
            self.say("".join(lines[:size]))
            lines = lines[size:]
            if lines:
                self.say(" --More-- ")
                await self.process.stdin.read(1)

    def say(self, text: str) -> None:
        self.process.stdout.write(text.replace("\n", "\r\n").encode())

    async def read_line(self, echo: bool = True) -> str | None:
        line = b""
        while char := await self.process.stdin.read(1):
            if char in b"\r\n":
                if echo:
                    self.process.stdout.write(b"\r\n")
                return line.decode(errors="replace").strip()
            line += char
            if echo:
                self.process.stdout.write(char)
        return None


def addresses(number: int, network: int = 1) -> list[str]:
    """So many addresses in 127.0.0.0/8."""
    return [f"127.{network}.{index // 250}.{index % 250 + 1}" for index in range(number)]


def main() -> None:
    number, latency = int(sys.argv[1]), float(sys.argv[2])
    from answers import ios_lldp, ios_port

    answers = {
        "show interfaces": "".join(ios_port(name, description="to somewhere") for name in ("Management", *PORTS)),
        "show lldp neighbors detail": ios_lldp((PORTS[0], "sw0", PORTS[1])),
        "show running-config": "".join(
            f"interface {name}\n description to somewhere\n no ip address\n!\n" for name in ("Management", *PORTS)
        ),
    }
    devices = [
        Device(address, name=f"sw{index}", latency=latency, answers=answers)
        for index, address in enumerate(addresses(number))
    ]
    with Simulator(devices) as simulator:
        print(simulator.port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
