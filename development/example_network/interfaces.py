"""Virtual interfaces, and the writing of what the links changed on physical ones."""

from __future__ import annotations

from example_network.cabling import management_ports
from example_network.links import Links
from example_network.network import Network
from example_network.sites import GUEST, SITES, Site, networks, slots
from nautobot.dcim.models import Interface
from nautobot.ipam.models import VLAN, VRF

_CHANGED_FIELDS = ("description", "lag", "mode", "mtu", "untagged_vlan", "vrf")
GUEST_PORT = {"hub": "ethernet1/24", "office": "ethernet1/3"}


def loopback_name(manufacturer: str) -> str:
    """Name of the loopback interface in the manufacturer's manner."""
    return "lo0" if manufacturer == "Juniper" else "Loopback0"


def vlan_name(site: Site, vid: int) -> str:
    """Name of the gateway's VLAN interface: Juniper's in a branch, Arista's elsewhere."""
    return f"irb.{vid}" if site.kind == "branch" else f"Vlan{vid}"


def gateways(site: Site) -> tuple[str, ...]:
    """The devices that route between the VLANs of a site, by the last parts of their names."""
    return {"hub": ("core-01", "core-02"), "office": ("core-01",), "branch": ("fw-01",)}[site.kind]


def has_loopback(site: Site, role: str) -> bool:
    """Whether devices of this role have a loopback interface at this site."""
    return role in ("wan", "core") or (site.kind == "branch" and role == "fw")


def build(net: Network) -> None:
    """Loopbacks, VLAN interfaces and the guest subinterfaces, and the VRFs of the devices that use them."""
    _vrfs(net)
    items = []
    for site in SITES:
        for slot in slots(site):
            if has_loopback(site, slot.role):
                device = net.devices[f"{site.code}-{slot.suffix}"]
                name = loopback_name(device.device_type.manufacturer.name)
                items.append(Interface(device=device, name=name, type="virtual", status=net.live(site)))
        vids = [
            plan.vid for plan in networks(site) if plan.vid and (site.kind == "branch" or plan.name != "management")
        ]
        for suffix in gateways(site):
            device = net.devices[f"{site.code}-{suffix}"]
            for vid in vids:
                name = vlan_name(site, vid)
                items.append(Interface(device=device, name=name, type="virtual", mtu=1500, status=net.live(site)))
        if site.kind == "branch":  # its access switch has no management port
            device = net.devices[f"{site.code}-acc-01"]
            items.append(Interface(device=device, name="Vlan900", type="virtual", status=net.live(site)))
        else:
            parent = net.component(Interface, f"{site.code}-fw-01", GUEST_PORT[site.kind])
            items.append(
                Interface(
                    device=net.devices[f"{site.code}-fw-01"],
                    name=f"{parent.name}.{GUEST.vid}",
                    type="virtual",
                    parent_interface=parent,
                    vrf=net.get(VRF, "guest"),
                    status=net.live(site),
                )
            )
    net.add_many(items)
    for item in items:
        net.remember_component(item.device.name, item)


def _vrfs(net: Network) -> None:
    """Assign the management VRF to routers and core switches, and put their management interfaces into it."""
    inside = [
        net.devices[f"{site.code}-{slot.suffix}"]
        for site in SITES
        for slot in slots(site)
        if slot.role in ("wan", "core")
    ]
    net.get(VRF, "management").devices.add(*inside)
    for device in inside:
        for interface in management_ports(net, device.name):
            interface.vrf = net.get(VRF, "management")
    net.get(VRF, "guest").devices.add(*(net.devices[f"{s.code}-fw-01"] for s in SITES if s.kind in GUEST.kinds))


def write(net: Network, links: Links, cabled: set[object]) -> None:
    """Write the changed physical interfaces; shut those that are not cabled; tag the trunks."""
    changed, shut, planned = [], [], []
    for site in SITES:
        for slot in slots(site):
            for interface in net.components(Interface, f"{site.code}-{slot.suffix}"):
                if interface.mode or interface.mtu or interface.vrf_id or interface.description:
                    changed.append(interface)
                if interface.is_connectable and not interface.mgmt_only and interface.pk not in cabled:
                    shut.append(interface.pk)
                if site.planned:
                    planned.append(interface.pk)
    net.change_many(changed, _CHANGED_FIELDS)
    Interface.objects.filter(pk__in=shut).update(enabled=False)
    Interface.objects.filter(pk__in=planned).update(status=net.status("Planned"))
    for site, trunk in links.trunks:
        trunk.tagged_vlans.set(net.get(VLAN, site.name, plan.name) for plan in networks(site) if plan.vid)
