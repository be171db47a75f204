"""Which ports of switches are in use, which have not been for long, which have errors, and how much room there is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from nautobot.apps.jobs import IntegerVar, Job
from nautobot.dcim.models import Device, Interface

from ..toolkit import compat
from ..toolkit.access import RefusalError, require, visible
from ..toolkit.attachments import attach
from ..toolkit.device_runs import DeviceRun
from ..toolkit.network_devices import NetworkMixin, Target, limits
from ..toolkit.observed import INTERFACES, Observed, Port, key
from ..toolkit.observing import asking, observe
from ..toolkit.scope import DeviceScopeMixin
from ..toolkit.tables import Link, Page, Tile, write_csv

name = "Network"

_PHYSICAL = re.compile(r"[a-z-]*ethernet\d[\d/]*|[a-z]*gige?\d[\d/]*|(?:ge|xe|et|fe|mge)-\d+/\d+/\d+(?::\d+)?")
_COLUMNS = ("device", "location", "port", "state", "days_idle", "errors", "cabled_in_nautobot", "description")
_UP, _DOWN, _UNUSED, _SHUT = "up", "down", "unused", "shut down"
_UNITS = {"y": 365.0, "w": 7.0, "d": 1.0, "h": 1 / 24, "m": 1 / 1440, "s": 1 / 86400}
_WORDS = re.compile(r"(\d+) *(year|week|day|hour|minute|second|[ywdhms])")


class PortsInReality(DeviceScopeMixin, NetworkMixin, Job):
    """Asks switches over SSH which of their ports are up, which have not been used for long, and which count errors.

    Looked at are physical Ethernet ports. A port is *unused* if it is down and no frame came in or went out for so many days, or ever; where a
    platform does not tell that (Juniper Junos), such a port is *down*. Arista EOS tells since when a port is down. *Free* are
    ports that are unused, or shut down, and have no cable in Nautobot; those that have one are listed, since the cable may be left over. Cisco
    IOS and IOS-XE, Arista EOS and Juniper Junos are understood, by ntc-templates.

    **Changes:** nothing, neither in Nautobot nor in a device.
    **Produces:** `ports.html` and `ports.md`: the capacity of each device and each location, unused ports with a cable, ports with errors;
    `ports.csv`: each port. The result counts `devices`, `answered`, `failed`, `not_asked`, `causes`, and `ports`: those that are
    `up`, `down`, `unused`, `shut down` and `free`. The Job fails if a device that can be asked does not answer.
    **Needs:** the permissions `dcim.view_device`, `dcim.view_interface`, `ipam.view_ipaddress` and `extras.view_secretsgroup`; the Python
    packages netmiko, nornir and ntc-templates on the worker.
    """

    days = IntegerVar(
        default=30,
        min_value=1,
        max_value=3650,
        required=False,
        description="A port that is down counts as unused after so many days.",
    )
    errors = IntegerVar(
        label="Errors", default=100, min_value=1, required=False, description="Ports with as many errors are listed."
    )

    class Meta:
        name = "Ports in reality"
        description = "Ports of switches that are up, unused for long or have errors; capacity per switch and location."
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 1800
        time_limit = 2100

    def run(
        self,
        *,
        secrets_group=None,
        prefer="4",
        port=None,
        host_keys="",
        at_once=None,
        device_seconds=None,
        run_minutes=None,
        helpers=None,
        days=None,
        errors=None,
        **selection,
    ):
        """Return counts; see the docstring of the class."""
        try:
            require(self.user, Interface, "view")
            if not 1 <= (days or 30) <= 3650:
                raise RefusalError(f"Days: {days} is not from 1 to 3650.")
            run = DeviceRun(
                self,
                limits(at_once, device_seconds, run_minutes),
                selection,
                secrets_group=secrets_group,
                prefer=prefer,
                port=port,
                host_keys=host_keys,
                helpers=helpers,
            )
        except RefusalError as refusal:
            self.fail("%s", refusal, extra={"grouping": "scope"})
            return {"devices": 0, "refused": str(refusal)}
        task = asking(run, INTERFACES)
        if run.leader:
            return run.help_with(task)
        observed = observe(run, task)
        states = list(_states(self.user, run, observed, days or 30))
        page = Page(self, "Ports")
        run.fill(page)
        counts = _fill(page, states, errors or 100)
        with TemporaryDirectory() as directory:
            folder = Path(directory)
            write_csv(folder / "ports.csv", _COLUMNS, (each.cells() for each in states))
            page.write_html(folder / "ports.html")
            page.write_markdown(folder / "ports.md")
            for file in ("ports.html", "ports.md", "ports.csv"):
                attach(self, folder / file, file)
        run.judge()
        return {**run.counts(), "ports": counts}


class _State(NamedTuple):
    """A port, and what is to be thought of it."""

    target: Target
    port: Port
    state: str
    idle: float | None
    cabled: bool
    description: str

    @property
    def free(self) -> bool:
        return self.state in (_UNUSED, _SHUT) and not self.cabled

    def cells(self) -> tuple[Any, ...]:
        idle = "" if self.idle is None else "never used" if self.idle == float("inf") else round(self.idle, 1)
        target, port = self.target, self.port
        return (
            target.name,
            target.location,
            port.name,
            self.state,
            idle,
            "" if port.errors is None else port.errors,
            "yes" if self.cabled else "",
            self.description,
        )


@dataclass
class _Capacity:
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((_UP, _DOWN, _UNUSED, _SHUT, "free"), 0))

    def add(self, state: _State) -> None:
        self.counts[state.state] += 1
        self.counts["free"] += state.free

    def cells(self) -> tuple[Any, ...]:
        total = sum(number for state, number in self.counts.items() if state != "free")
        return (total, *self.counts.values(), f"{100 * (total - self.counts['free']) // total if total else 0} %")


def _states(user: Any, run: DeviceRun, observed: dict[str, Observed], days: int) -> Iterator[_State]:
    cabled = _cabled(user, list(observed))
    for target in run.targets:
        if target.pk not in observed:
            continue
        for name, port in observed[target.pk].ports.items():
            if _PHYSICAL.fullmatch(name):
                idle = _idle(port)
                state = _UP if port.up else _DOWN
                if not port.up and port.enabled is False:
                    state = _SHUT
                elif not port.up and idle is not None and idle >= days:
                    state = _UNUSED
                yield _State(target, port, state, idle, (target.pk, name) in cabled, port.description or "")


def _cabled(user: Any, keys: list[str]) -> set[tuple[str, str]]:
    """Ports with a cable in Nautobot, by device and name. One question."""
    ports = visible(user, Interface).filter(
        compat.CABLED, compat.on_devices(Device.objects.filter(pk__in=keys).values("pk"))
    )
    rows = ports.annotate(of_device=compat.device_value("id")).order_by().values_list("of_device", "name")
    return {(str(device), key(name)) for device, name in rows}


def _idle(port: Port) -> float | None:
    """Days since the last frame, in or out; since it is down, where that is what is known; infinite for never."""
    known = [days for days in (_days(port.idle), _days(port.output)) if days is not None]
    return min(known) if known else None


def _days(text: str | None) -> float | None:
    """How long a text of a device is: "1y2w", "3d04h", "00:10:05", "never", "12 days, 1 hour, 2 minutes"."""
    if not text:
        return None
    if text.strip() == "never":
        return float("inf")
    if clock := re.fullmatch(r"(\d+):(\d\d):(\d\d)", text.strip()):
        return int(clock[1]) / 24 + int(clock[2]) / 1440
    parts = _WORDS.findall(text)
    return sum(int(number) * _UNITS[unit[0]] for number, unit in parts) if parts else None


def _fill(page: Page, states: list[_State], errors: int) -> dict[str, int]:
    """Put the tables onto the page; returns counts over all ports."""
    everything = _Capacity()
    places: defaultdict[str, _Capacity] = defaultdict(_Capacity)
    devices: dict[str, tuple[Target, _Capacity]] = {}
    for state in states:
        everything.add(state)
        places[state.target.location].add(state)
        devices.setdefault(state.target.pk, (state.target, _Capacity()))[1].add(state)
    page.tiles += [Tile(number, f"ports {what}") for what, number in everything.counts.items()]
    headings = ("Ports", "Up", "Down", "Unused", "Shut down", "Free", "Taken")
    table = page.table("Capacity by location", "Location", *headings)
    for place, capacity in sorted(places.items()):
        table.add(place, *capacity.cells())
    table = page.table("Capacity by device", "Device", "Location", *headings)
    for target, capacity in devices.values():
        table.add(_link(target), target.location, *capacity.cells())
    table = page.table("Unused, with a cable in Nautobot", "Device", "Port", "State", "Days", file="ports.csv")
    for state in states:
        if state.cabled and state.state in (_UNUSED, _SHUT):
            table.add(_link(state.target), state.port.name, state.state, state.cells()[4])
    table = page.table(f"{errors} errors or more", "Device", "Port", "State", "Errors", file="ports.csv")
    for state in sorted(states, key=lambda each: -(each.port.errors or 0)):
        if (state.port.errors or 0) >= errors:
            table.add(_link(state.target), state.port.name, state.state, state.port.errors)
    return everything.counts


def _link(target: Target) -> Link:
    return Link(target.name, target.get_absolute_url())
