"""Rack groups, racks, power panels and power feeds.

Every rack has feed A from panel A and, where the site has two panels, feed B from panel B.
"""

from __future__ import annotations

from example_network.network import Network
from example_network.sites import RACK_HEIGHT, ROOMS, SITES, Site, racks
from nautobot.dcim.models import PowerFeed, PowerPanel, Rack, RackGroup
from nautobot.tenancy.models import Tenant


# Racks whose feeds carry more than the usual.
_HEAVY = {"AMS01-A02": 63}


def sides(site: Site) -> str:
    """The power panels of a site by their letters."""
    return "A" if site.kind == "branch" else "AB"


def build(net: Network) -> None:
    """Build racks, power panels and power feeds of every site."""
    for site in SITES:
        for side in sides(site):
            name = f"{site.name}-PP-{side}"
            net.add(PowerPanel(name=name, location=net.locations[site.name]), name)
        for breaker, suffix in enumerate(racks(site), start=1):
            _rack(net, site, suffix, breaker)


def _rack(net: Network, site: Site, suffix: str, breaker: int) -> None:
    room = f"{site.name}-{suffix[0]}" if site.kind in ROOMS else site.name
    if not net.has(RackGroup, room):
        net.add(RackGroup(name=room, location=net.locations[room]), room)
    name = f"{site.name}-{suffix}"
    rack = Rack(
        name=name,
        facility_id=name,
        location=net.locations[room],
        rack_group=net.get(RackGroup, room),
        status=net.live(site),
        tenant=net.get(Tenant, site.tenant),
        u_height=RACK_HEIGHT[site.kind],
        width=19,
    )
    net.add(rack, name)
    american = site.region == "AMER"
    for side in sides(site):
        feed = PowerFeed(
            name=f"{name}-{side}",
            power_panel=net.get(PowerPanel, f"{site.name}-PP-{side}"),
            rack=rack,
            status=net.live(site),
            type="primary" if side == "A" else "redundant",
            voltage=208 if american else 230,
            amperage=_HEAVY.get(name, 30 if american else 32),
            comments=f"Breaker {breaker}",
        )
        net.add(feed, feed.name)
