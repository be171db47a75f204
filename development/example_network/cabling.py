"""Console, power and out-of-band cabling, and the trunks between the patch panels of a hub's two rooms."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from example_network.network import Network
from example_network.power import sides
from example_network.sites import SITES, Site, Slot, slots
from nautobot.dcim.models import (
    Cable,
    ConsolePort,
    ConsoleServerPort,
    FrontPort,
    Interface,
    PowerFeed,
    PowerOutlet,
    PowerPort,
    RearPort,
)
from nautobot.ipam.models import VLAN

CONSOLE_ROLES = ("wan", "fw", "core", "dist", "acc", "oob", "con")
# Where the gateway of the management network is, by kind of site; in a branch it is a VLAN interface.
GATEWAY_PORT = {"hub": "ethernet1/12", "office": "ethernet1/8"}
_COLORS = {"cat6": "2196f3", "power": "212121", "smf": "ffeb3b", "mmf": "00bcd4", "cat5e": "9e9e9e"}


class Wiring:
    """Collects the cables of the whole network; `versions.write_cables` writes them."""

    def __init__(self, net: Network) -> None:
        self.net = net
        self.cables: list[Cable] = []
        self.used: set[Any] = set()
        self._lines: dict[str, int] = defaultdict(int)  # copper lines in use between the rooms of a site

    def connect(self, site: Site, a: Any, b: Any, type: str) -> None:
        """Note a cable between two ports; a port that has one already is an error of the plan."""
        for end in (a, b):
            if end.pk in self.used:
                raise ValueError(f"{site.name}: {end.parent} {end} is cabled twice")
            self.used.add(end.pk)
        self.cables.append(
            Cable(
                termination_a=a,
                termination_b=b,
                type=type,
                color=_COLORS[type],
                status=self.net.live(site, "Connected"),
                label=f"{site.name}-{len(self.cables) + 1:04d}",
            )
        )

    def copper(self, site: Site, slot: Slot, a: Any, b: Any, type: str) -> None:
        """Cable a port to one in room A: directly, or from room B over the next line between the rooms."""
        if not slot.rack.startswith("B"):
            return self.connect(site, a, b, type)
        self._lines[site.name] += 1
        line = f"Front {self._lines[site.name]}"
        self.connect(site, a, self.net.component(FrontPort, f"{site.code}-pan-04", line), type)
        self.connect(site, self.net.component(FrontPort, f"{site.code}-pan-03", line), b, type)
        return None

    def ports(self, model: Any, site: Site, slot: Slot) -> list[Any]:
        """The components of the model on the device in a slot."""
        return self.net.components(model, f"{site.code}-{slot.suffix}")


def build(wiring: Wiring) -> None:
    """Plan the trunks, console lines, power and management cables of every site."""
    for site in SITES:
        if site.kind == "hub":
            _trunks(wiring, site)
        _console(wiring, site)
        _power(wiring, site)
        _management(wiring, site)


def _trunks(wiring: Wiring, site: Site) -> None:
    """All rear ports of the fibre panels and of the copper panels, one to one."""
    for a, b, type in (("pan-01", "pan-02", "smf"), ("pan-03", "pan-04", "cat6")):
        near_ports, far_ports = (wiring.net.components(RearPort, f"{site.code}-{panel}") for panel in (a, b))
        for near, far in zip(near_ports, far_ports, strict=True):
            wiring.connect(site, near, far, type)


def _console(wiring: Wiring, site: Site) -> None:
    """Console ports to con-01, those of rack A02 to con-02 where there is one; a stack by its first member."""
    servers = {
        slot.number: iter(wiring.ports(ConsoleServerPort, site, slot)) for slot in slots(site) if slot.role == "con"
    }
    for slot in slots(site):
        if slot.role not in CONSOLE_ROLES or (site.kind == "hub" and slot.suffix == "acc-02"):
            continue
        number = 2 if slot.rack == "A02" and 2 in servers and slot.role != "con" else 1
        for port in wiring.ports(ConsolePort, site, slot):
            wiring.copper(site, slot, port, next(servers[number]), "cat5e")


def _power(wiring: Wiring, site: Site) -> None:
    """Supplies in turn to the PDUs of the rack, whose inlets are on the feeds of the sides in the same order."""
    free: dict[tuple[str, str], list[PowerOutlet]] = {}
    for slot in slots(site):
        if slot.role == "pdu":
            side = sides(site)[(slot.number - 1) % 2]
            free[slot.rack, side] = wiring.ports(PowerOutlet, site, slot)
            feed = wiring.net.get(PowerFeed, f"{site.name}-{slot.rack}-{side}")
            (inlet,) = wiring.ports(PowerPort, site, slot)
            wiring.connect(site, feed, inlet, "power")
    for slot in slots(site):
        if slot.role == "pdu":
            continue
        for number, supply in enumerate(wiring.ports(PowerPort, site, slot)):
            outlets = free[slot.rack, sides(site)[number % len(sides(site))]]
            socket = "iec-60320-c19" if supply.type == "iec-60320-c20" else "iec-60320-c13"
            outlet = next(outlet for outlet in outlets if outlet.type == socket)
            outlets.remove(outlet)
            wiring.connect(site, supply, outlet, "power")


def management_ports(net: Network, device: str) -> list[Interface]:
    """The interfaces of a device that are for management only."""
    return [interface for interface in net.components(Interface, device) if interface.mgmt_only]


def _management(wiring: Wiring, site: Site) -> None:
    """Management interfaces to the out-of-band switch, in a branch to the last ports of the access switch."""
    net, branch = wiring.net, site.kind == "branch"
    vlan = net.get(VLAN, site.name, "management")
    switch = f"{site.code}-acc-01" if branch else f"{site.code}-oob-01"
    copper = [port for port in net.components(Interface, switch) if port.type == "1000base-t" and not port.mgmt_only]
    free = iter(copper[20:] if branch else copper)
    for slot in slots(site):
        if f"{site.code}-{slot.suffix}" == switch:
            continue
        for port in management_ports(net, f"{site.code}-{slot.suffix}"):
            near = next(free)
            wiring.copper(site, slot, port, near, "cat6")
            access(near, vlan)
    if branch:
        return
    # The switch itself is managed through the console server's second port, and its last port is the way out.
    wiring.connect(
        site, management_ports(net, switch)[0], net.component(Interface, f"{site.code}-con-01", "net2"), "cat6"
    )
    gateway = net.component(Interface, f"{site.code}-fw-01", GATEWAY_PORT[site.kind])
    wiring.connect(site, gateway, copper[-1], "cat6")
    access(copper[-1], vlan)


def access(port: Interface, vlan: VLAN) -> None:
    """Make it an access port of the VLAN; `links.build` writes all changed interfaces."""
    port.mode, port.untagged_vlan = "access", vlan
