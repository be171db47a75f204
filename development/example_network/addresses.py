"""IP addresses, their interfaces, and the primary addresses of devices."""

from __future__ import annotations

from typing import Any

from example_network import circuits
from example_network.cabling import GATEWAY_PORT, management_ports
from example_network.interfaces import GUEST_PORT, gateways, has_loopback, loopback_name, vlan_name
from example_network.ipam import INTERNET, MPLS, prefix
from example_network.links import Links
from example_network.network import Network
from example_network.sites import GUEST, SITES, Site, networks, slots
from nautobot.dcim.models import Interface, InterfaceRedundancyGroup
from nautobot.ipam.models import IPAddress, IPAddressToInterface, Namespace

FIRST_MANAGEMENT_HOST = 11
_DOMAIN = "example.net"


class Addresses:
    """Collects addresses and assignments, and writes them together."""

    def __init__(self, net: Network) -> None:
        self.net = net
        self.items: list[IPAddress] = []
        self.assignments: list[IPAddressToInterface] = []

    def add(self, site: Site, address: str, interface: Any = None, role: str = "", **fields: Any) -> IPAddress:
        """Note an address, on an interface if one is given, to be written later."""
        namespace = fields.pop("namespace", "Global")
        item = IPAddress(
            address=address,
            namespace=self.net.get(Namespace, namespace),
            status=self.net.live(site, planned="Reserved"),
            role=self.net.role(role) if role else None,
            **fields,
        )
        self.items.append(item)
        self.net.remember(item, namespace, address.split("/")[0])
        if interface is not None:
            field = "interface" if isinstance(interface, Interface) else "vm_interface"
            self.assignments.append(IPAddressToInterface(ip_address=item, **{field: interface}))
        return item

    def write(self) -> None:
        """Validate and write all that was noted since the last time."""
        self.net.add_many(self.items)
        self.net.add_many(self.assignments)
        self.items, self.assignments = [], []


def build(net: Network, links: Links) -> None:
    """Address links, loopbacks, management interfaces and gateways; then set the primary addresses."""
    book = Addresses(net)
    _point_to_point(net, links, book)
    primary: dict[str, list[IPAddress]] = {}
    for site in SITES:
        _loopbacks(net, site, book, primary)
        _management(net, site, book, primary)
        _gateways(net, site, book)
    book.write()
    _primary(net, primary)
    _redundancy(net)


def _point_to_point(net: Network, links: Links, book: Addresses) -> None:
    """A /31 for each routed link and each circuit; of an internet access the other end is the provider's."""
    pairs: list[tuple[str, Site, Any, Any]] = []  # network, site, interface of the lower and of the upper address
    count: dict[str, int] = {}

    def following(block: str) -> str:
        count[block] = count.get(block, -2) + 2
        return f"{block.rsplit('.', 1)[0]}.{count[block]}/31"

    for site, a, b in links.routed:
        pairs.append((following(f"{site.ipv4}.1.0"), site, a, b))
    ends: dict[str, list[tuple[Site, Interface]]] = {}
    for site, cid, port in links.circuits:
        ends.setdefault(cid, []).append((site, port))
    for cid, found in ends.items():
        (site, near), far = found[0], found[1][1] if len(found) > 1 else None
        block = INTERNET if "INET" in cid else MPLS
        pairs.append((following(block.split("/")[0]), site, near, far))
    net.add_many(
        prefix(net, network, status=net.live(site, planned="Reserved"), description=f"{a.parent.name} {a.name}")
        for network, site, a, _ in pairs
    )
    for network, site, a, b in pairs:
        base, last = network.split("/")[0].rsplit(".", 1)
        for offset, interface in enumerate((a, b)):
            owner = interface.parent.name if interface else "provider"
            book.add(site, f"{base}.{int(last) + offset}/31", interface, description="" if interface else owner)


def _loopbacks(net: Network, site: Site, book: Addresses, primary: dict[str, list[IPAddress]]) -> None:
    for number, slot in enumerate((s for s in slots(site) if has_loopback(site, s.role)), start=1):
        name = f"{site.code}-{slot.suffix}"
        interface = net.component(Interface, name, loopback_name(net.devices[name].device_type.manufacturer.name))
        dns_name = f"{name}.{_DOMAIN}"
        primary[name] = [
            book.add(site, f"{site.ipv4}.0.{number}/32", interface, "Loopback", dns_name=dns_name),
            book.add(site, f"{site.ipv6}::{number:x}/128", interface, "Loopback", dns_name=dns_name),
        ]


def _management(net: Network, site: Site, book: Addresses, primary: dict[str, list[IPAddress]]) -> None:
    """Addresses of the management interfaces; the second member of a stack is managed through the first."""
    host = FIRST_MANAGEMENT_HOST
    for slot in slots(site):
        name = f"{site.code}-{slot.suffix}"
        ports = management_ports(net, name)
        if site.kind == "branch" and slot.role == "acc":
            ports = [net.component(Interface, name, "Vlan900")]
        if not ports or (site.kind == "hub" and slot.suffix == "acc-02"):
            continue
        item = book.add(site, f"{site.ipv4}.10.{host}/24", ports[0], dns_name=f"{name}.mgmt.{_DOMAIN}")
        primary.setdefault(name, [item])
        host += 1


def _gateways(net: Network, site: Site, book: Addresses) -> None:
    for plan in networks(site):
        if not plan.vid or (plan.name == "management" and site.kind != "branch"):
            continue
        base = f"{site.ipv4}.{plan.third}"
        routers = gateways(site)
        for offset, suffix in enumerate(routers):
            interface = net.component(Interface, f"{site.code}-{suffix}", vlan_name(site, plan.vid))
            # Two routers share the first address.
            book.add(site, f"{base}.{offset + (2 if len(routers) > 1 else 1)}/{plan.length}", interface)
        if len(routers) > 1:
            book.add(site, f"{base}.1/{plan.length}", None, "VRRP")
        if plan.name == "cameras":
            for host in range(10, 16):
                book.add(site, f"{base}.{host}/{plan.length}", dns_name=f"{site.code}-cam-{host}.{_DOMAIN}")
    if site.kind == "branch":
        return
    port = net.component(Interface, f"{site.code}-fw-01", GATEWAY_PORT[site.kind])
    book.add(site, f"{site.ipv4}.10.1/24", port)
    guest = net.component(Interface, f"{site.code}-fw-01", f"{GUEST_PORT[site.kind]}.{GUEST.vid}")
    book.add(site, f"{site.ipv4}.{GUEST.third}.1/{GUEST.length}", guest, namespace="Guest")


def _primary(net: Network, primary: dict[str, list[IPAddress]]) -> None:
    devices = []
    for name, addresses in primary.items():
        device = net.devices[name]
        for address in addresses:
            setattr(device, f"primary_ip{address.ip_version}", address)
        devices.append(device)
    net.change_many(devices, ("primary_ip4", "primary_ip6"))


def _redundancy(net: Network) -> None:
    """The first address of a hub's user network moves between its two core switches."""
    for site in circuits.HUBS:
        group = InterfaceRedundancyGroup(
            name=f"{site.code}-data-gateway",
            protocol="vrrp",
            protocol_group_id="101",
            status=net.status("Active"),
            virtual_ip=net.get(IPAddress, "Global", f"{site.ipv4}.101.1"),
        )
        net.add(group, group.name)
        for suffix, priority in (("core-01", 110), ("core-02", 100)):
            group.add_interface(net.component(Interface, f"{site.code}-{suffix}", vlan_name(site, 101)), priority)
