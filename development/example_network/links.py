"""Data links: routed links, trunks, link aggregation, servers, patch panels and circuits."""

from __future__ import annotations

from dataclasses import dataclass, field

from example_network import circuits
from example_network.cabling import Wiring, access
from example_network.hardware import DEVICE_TYPES
from example_network.sites import EXTRA_SLOTS, SITES, Site
from nautobot.circuits.models import CircuitTermination
from nautobot.dcim.models import FrontPort, Interface
from nautobot.ipam.models import VLAN

JUMBO = 9100
_LAG_NAMES = {"Arista": "Port-Channel{}", "Cisco": "Port-channel{}", "Juniper": "ae{}", "HPE": "lag{}"}


@dataclass
class Links:
    """What the addresses need to know: the two ends of each routed link, and the router's end of each circuit."""

    routed: list[tuple[Site, Interface, Interface]] = field(default_factory=list)
    circuits: list[tuple[Site, str, Interface]] = field(default_factory=list)
    trunks: list[tuple[Site, Interface]] = field(default_factory=list)


class Builder:
    """Plans the data links, one method a kind of site."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring, self.net, self.links = wiring, wiring.net, Links()

    def port(self, site: Site, suffix: str, name: str) -> Interface:
        """The interface with this name on a device."""
        return self.net.component(Interface, f"{site.code}-{suffix}", name)

    def uplink(self, site: Site, suffix: str, number: int, member: int = 1) -> Interface:
        """One of the two uplinks of an access switch, named as on its position in a stack."""
        hardware = DEVICE_TYPES[site.access]
        return self.port(site, suffix, hardware.on_member(hardware.uplinks[number - 1], member))

    def access_port(self, site: Site, suffix: str, number: int) -> Interface:
        """The copper port with this number (from 1) of an access switch."""
        ports = [
            port
            for port in self.net.components(Interface, f"{site.code}-{suffix}")
            if port.type == "1000base-t" and not port.mgmt_only
        ]
        return ports[number - 1]

    def cable(self, site: Site, a: Interface, b: Interface) -> None:
        """Cable two interfaces and describe each by the other."""
        self.wiring.connect(site, a, b, "cat6" if a.type == b.type == "1000base-t" else "mmf")
        for near, far in ((a, b), (b, a)):
            near.description = f"{far.parent.name} {far.name}"

    def routed_link(self, site: Site, a: Interface, b: Interface) -> None:
        """A link between two routers, which will get a /31."""
        self.cable(site, a, b)
        a.mtu = b.mtu = JUMBO
        self.links.routed.append((site, a, b))

    def aggregate(self, site: Site, suffix: str, number: int, *members: Interface) -> Interface:
        """A trunk over the members on a device; members may be those of another device of its stack."""
        device = self.net.devices[f"{site.code}-{suffix}"]
        pattern = _LAG_NAMES[device.device_type.manufacturer.name]
        lag = Interface(
            device=device,
            name=pattern.format(number),
            type="lag",
            mode="tagged",
            mtu=JUMBO,
            status=self.net.live(site),
            description=members[0].description.split(" ")[0],
        )
        self.net.add(lag)
        self.net.remember_component(device.name, lag)
        for member in members:
            member.lag, member.mtu = lag, JUMBO
        self.links.trunks.append((site, lag))
        return lag

    def circuit(self, site: Site, cid: str, side: str, suffix: str, name: str) -> None:
        """Cable a router's interface to one end of a circuit."""
        port = self.port(site, suffix, name)
        copper = port.type == "1000base-t"
        self.wiring.connect(site, port, self.net.get(CircuitTermination, cid, side), "cat6" if copper else "smf")
        port.description, port.mtu = cid, 1500
        self.links.circuits.append((site, cid, port))

    # -- kinds of sites ------------------------------------------------------------------------------------------

    def hub(self, site: Site) -> None:
        """Plan the data links of a hub."""
        for n in ("01", "02"):
            self.routed_link(
                site, self.port(site, f"wan-{n}", "et-0/0/0"), self.port(site, f"core-{n}", "Ethernet49/1")
            )
            self.routed_link(
                site, self.port(site, f"core-{n}", "Ethernet1"), self.port(site, f"fw-{n}", "ethernet1/23")
            )
        self.routed_link(site, self.port(site, "wan-01", "et-0/0/1"), self.port(site, "wan-02", "et-0/0/1"))
        for name in ("ha1-a", "ha1-b", "hsci"):
            self.cable(site, self.port(site, "fw-01", name), self.port(site, "fw-02", name))
        pairs = [[self.port(site, core, f"Ethernet{n}/1") for core in ("core-01", "core-02")] for n in (55, 56)]
        for a, b in pairs:
            self.cable(site, a, b)
        self.aggregate(site, "core-01", 1, *(a for a, _ in pairs))
        self.aggregate(site, "core-02", 1, *(b for _, b in pairs))
        # 100 Gbit/s uplinks go to the ports for them; the third switch is in the other room.
        fast = self.uplink(site, "acc-01", 1).type == "100gbase-x-qsfp28"
        stack, third = ("Ethernet51/1", "Ethernet52/1") if fast else ("Ethernet3", "Ethernet4")
        members = [self.uplink(site, "acc-01", 1), self.uplink(site, "acc-02", 1, member=2)]
        for core, member in zip(("core-01", "core-02"), members, strict=True):
            self.cable(site, self.port(site, core, stack), member)
            self.aggregate(site, core, 3, self.port(site, core, stack))
        self.aggregate(site, "acc-01", 1, *members)
        members = [self.uplink(site, "acc-03", 1), self.uplink(site, "acc-03", 2)]
        for n, (core, member) in enumerate(zip(("core-01", "core-02"), members, strict=True), start=1):
            self._over_fibre_panels(site, n, self.port(site, core, third), member)
            self.aggregate(site, core, 4, self.port(site, core, third))
        self.aggregate(site, "acc-03", 1, *members)
        self._servers(site)
        if any(slot.role == "dist" for slot in EXTRA_SLOTS.get(site.name, ())):
            self._distribution(site)
        lumen, ntt = circuits.internet(site)
        self.circuit(site, lumen, "A", "wan-01", "xe-0/1/0")
        self.circuit(site, circuits.mpls(site), "A", "wan-01", "xe-0/1/1")
        self.circuit(site, ntt, "A", "wan-02", "xe-0/1/0")

    def _over_fibre_panels(self, site: Site, number: int, a: Interface, b: Interface) -> None:
        """A fibre from room A to room B: core, panel 01, trunk, panel 02, access switch."""
        for panel, end in (("pan-01", a), ("pan-02", b)):
            front = self.net.component(FrontPort, f"{site.code}-{panel}", f"Front {number}")
            self.wiring.connect(site, end, front, "smf")
        a.description, b.description = f"{b.parent.name} {b.name}", f"{a.parent.name} {a.name}"

    def _servers(self, site: Site) -> None:
        vlan = self.net.get(VLAN, site.name, "servers")
        for server, switches in (
            ("srv-01", (("acc-01", 41), ("acc-02", 41))),
            ("srv-02", (("acc-01", 42), ("acc-02", 42))),
            ("srv-03", (("acc-03", 41), ("acc-03", 42))),
        ):
            for number, (switch, port) in enumerate(switches, start=1):
                near = self.access_port(site, switch, port)
                self.cable(site, self.port(site, server, f"Gig-E {number}"), near)
                access(near, vlan)

    def _distribution(self, site: Site) -> None:
        """The modular switch: its uplinks are on the supervisor, the servers on the line card."""
        uplinks = [self.port(site, "dist-01", f"TenGigabitEthernet2/0/{n}") for n in (1, 2)]
        for core, uplink in zip(("core-01", "core-02"), uplinks, strict=True):
            self.cable(site, self.port(site, core, "Ethernet6"), uplink)
            self.aggregate(site, core, 6, self.port(site, core, "Ethernet6"))
        self.aggregate(site, "dist-01", 1, *uplinks)
        for number, server in enumerate(("srv-01", "srv-02"), start=1):
            near = self.port(site, "dist-01", f"GigabitEthernet1/0/{number}")
            self.cable(site, self.port(site, server, "Gig-E 3"), near)
            access(near, self.net.get(VLAN, site.name, "servers"))

    def office(self, site: Site) -> None:
        """Plan the data links of an office."""
        wan = self.port(site, "wan-01", "GigabitEthernet0/0/2")
        self.routed_link(site, wan, self.port(site, "fw-01", "ethernet1/1"))
        self.routed_link(site, self.port(site, "fw-01", "ethernet1/2"), self.port(site, "core-01", "Ethernet1"))
        fast = self.uplink(site, "acc-01", 1).type == "100gbase-x-qsfp28"
        ports = iter(f"Ethernet{n}/1" for n in range(49, 53)) if fast else iter(f"Ethernet{n}" for n in range(3, 7))
        for n, switch in enumerate(("acc-01", "acc-02"), start=3):
            uplinks = [self.uplink(site, switch, 1), self.uplink(site, switch, 2)]
            downlinks = [self.port(site, "core-01", next(ports)) for _ in uplinks]
            for down, up in zip(downlinks, uplinks, strict=True):
                self.cable(site, down, up)
            self.aggregate(site, "core-01", n, *downlinks)
            self.aggregate(site, switch, 1, *uplinks)
        if site.name != "LON01":  # its patch panel is installed but not in use
            self._outlets(site, 8)
        self.circuit(site, circuits.internet(site)[0], "A", "wan-01", "GigabitEthernet0/0/0")
        self.circuit(site, circuits.mpls(site), "A", "wan-01", "GigabitEthernet0/0/1")

    def branch(self, site: Site) -> None:
        """Plan the data links of a branch."""
        wan = self.port(site, "wan-01", "GigabitEthernet0/0/2")
        self.routed_link(site, wan, self.port(site, "fw-01", "ge-0/0/0"))
        down, up = self.port(site, "fw-01", "ge-0/0/1"), self.access_port(site, "acc-01", 20)
        self.cable(site, down, up)
        for port in (down, up):
            port.mode = "tagged"
            self.links.trunks.append((site, port))
        self._outlets(site, 4)
        self.circuit(site, circuits.internet(site)[0], "A", "wan-01", "GigabitEthernet0/0/0")
        self.circuit(site, circuits.mpls(site), "A", "wan-01", "GigabitEthernet0/0/1")

    def _outlets(self, site: Site, count: int) -> None:
        """Access ports to the patch panel; behind it are wall outlets, which Nautobot does not hold."""
        for number in range(1, count + 1):
            near = self.access_port(site, "acc-01", number)
            front = self.net.component(FrontPort, f"{site.code}-pan-01", f"Front {number}")
            self.wiring.connect(site, near, front, "cat6")
            near.description = f"Outlet {number}"
            access(near, self.net.get(VLAN, site.name, "data"))


def build(wiring: Wiring) -> Links:
    """Plan all data links; interfaces are changed in memory and written by `interfaces.write`."""
    builder = Builder(wiring)
    for site in SITES:
        getattr(builder, site.kind)(site)
    for a, z in circuits.BACKBONE:
        builder.circuit(a, circuits.backbone(a, z), "A", "wan-02", "xe-0/1/1")
        builder.circuit(z, circuits.backbone(a, z), "Z", "wan-02", "xe-0/1/2")
    return builder.links
