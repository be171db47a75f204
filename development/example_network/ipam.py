"""Namespaces, VRFs, VLANs and prefixes. The /31 networks come with the links, in `addresses`."""

from __future__ import annotations

from example_network.network import Network
from example_network.sites import GUEST, NETWORKS, REGIONS, SITES, Site, networks
from nautobot.ipam.models import RIR, VLAN, VRF, Namespace, Prefix, VLANGroup
from nautobot.tenancy.models import Tenant

INTERNET, MPLS = "198.51.100.0/24", "10.255.0.0/24"


def build(net: Network) -> None:
    """Build namespaces, VRFs, VLANs and the prefixes of the plan."""
    net.remember(Namespace.objects.get(name="Global"), "Global")
    net.add(Namespace(name="Guest", description="Guest networks; reuses the addresses of Global"), "Guest")
    for name, namespace, rd in (("management", "Global", "65000:900"), ("guest", "Guest", "65000:104")):
        vrf = VRF(name=name, rd=rd, namespace=net.get(Namespace, namespace), status=net.status("Active"))
        net.add(vrf, name)
    _vlans(net)
    _containers(net)
    _site_prefixes(net)


def prefix(net: Network, network: str, type: str = "network", namespace: str = "Global", **fields: object) -> Prefix:
    """An unsaved prefix, known by its namespace and network."""
    fields.setdefault("status", net.status("Active"))
    item = Prefix(prefix=network, type=type, namespace=net.get(Namespace, namespace), **fields)
    net.remember(item, namespace, network)
    return item


def _vlans(net: Network) -> None:
    for site in SITES:
        place = net.locations[site.name]
        group = net.add(VLANGroup(name=site.name, location=place), site.name)
        wanted = [network for network in (*networks(site), GUEST) if site.kind in network.kinds and network.vid]
        vlans = [
            VLAN(name=network.name, vid=network.vid, vlan_group=group, status=net.live(site, planned="Reserved"))
            for network in wanted
        ]
        net.add_many(vlans)
        place.vlans.add(*vlans)
        for vlan in vlans:
            net.remember(vlan, site.name, vlan.name)


def _containers(net: Network) -> None:
    private = net.add(RIR(name="RFC 1918", is_private=True), "RFC 1918")
    # Parents before children: validation finds the parent of a prefix in the database.
    net.add_many(
        [
            prefix(net, "10.0.0.0/8", "container", rir=private, description="Corporate"),
            prefix(net, "10.0.0.0/8", "container", "Guest", rir=private, description="Guests"),
            prefix(net, "2001:db8::/32", "container", description="Corporate"),
            prefix(net, INTERNET, "container", description="Transit links"),
        ]
    )
    regions = [prefix(net, region.prefix, "container", description=region.name) for region in REGIONS]
    net.add_many([*regions, prefix(net, MPLS, "container", description="MPLS links")])
    for region, item in zip(REGIONS, regions, strict=True):
        net.locations[region.name].prefixes.add(item)
    sites = []
    for site in SITES:
        status = net.live(site, planned="Reserved")
        both = [
            prefix(net, f"{site.ipv4}.0.0/16", "container", status=status, description=site.city),
            prefix(net, f"{site.ipv6}::/48", "container", status=status, description=site.city),
        ]
        sites.append((site, both))
    net.add_many(item for _, both in sites for item in both)
    for site, both in sites:
        net.locations[site.name].prefixes.add(*both)


def _site_prefixes(net: Network) -> None:
    batches = [(site, _networks_of(net, site)) for site in SITES]
    net.add_many(item for _, items in batches for item in items)
    management = net.get(VRF, "management")
    for site, items in batches:
        net.locations[site.name].prefixes.add(*items)
        management.add_prefix(network_of(net, site, "management"))
        if site.kind in GUEST.kinds:
            net.get(VRF, "guest").add_prefix(network_of(net, site, "guest"))


def network_of(net: Network, site: Site, name: str) -> Prefix:
    """The IPv4 prefix of a site's network by the name in the plan."""
    plan = next(network for network in (*NETWORKS, GUEST) if network.name == name)
    namespace = "Guest" if plan is GUEST else "Global"
    return net.get(Prefix, namespace, f"{site.ipv4}.{plan.third}.0/{plan.length}")


def _networks_of(net: Network, site: Site) -> list[Prefix]:
    status, tenant = net.live(site, planned="Reserved"), net.get(Tenant, site.tenant)
    items = [
        prefix(
            net,
            f"{site.ipv4}.{plan.third}.0/{plan.length}",
            plan.type,
            status=status,
            tenant=tenant,
            vlan=net.get(VLAN, site.name, plan.name) if plan.vid else None,
            description=plan.name,
        )
        for plan in networks(site)
    ]
    items.append(prefix(net, f"{site.ipv6}::/64", "pool", status=status, tenant=tenant, description="loopbacks"))
    if site.kind in GUEST.kinds:
        items.append(
            prefix(
                net,
                f"{site.ipv4}.{GUEST.third}.0/{GUEST.length}",
                "network",
                "Guest",
                status=status,
                vlan=net.get(VLAN, site.name, GUEST.name),
                description=GUEST.name,
            )
        )
    return items
