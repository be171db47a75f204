"""One site: the main rack with routers and console servers, racks with switches, links and networks."""

from __future__ import annotations

import ipaddress
from typing import Any

from nautobot.dcim import models as dcim
from nautobot.ipam import models as ipam
from scale_data.installer import Box, Installer, Work
from scale_data.plan import USER_NETWORKS, SitePlan

_ACCESS_MTU, _LINK_MTU = 1500, 9216
_SPARE_PORT = 10  # an access port that nothing else uses, counted among all interfaces


def build_site(work: Work, site: SitePlan, region: Any, container: Any) -> None:
    """Add the rows of a site in this region, its networks within the region's container."""
    rows = work.rows
    location = dcim.Location(
        id=rows.key(),
        name=f"Site {site.code}",
        location_type=work.catalogue.site_type,
        parent=region,
        status=rows.status["Active"],
    )
    location.validated_save()
    base = (10 << 24) + (site.number << 14)

    def prefix(offset: int, length: int, kind: str, parent: Any) -> Any:
        network = ipaddress.IPv4Network((base + offset, length))
        item = rows.add(ipam.Prefix, **work.catalogue.prefix(network, kind, parent))
        rows.add(ipam.PrefixLocationAssignment, prefix_id=item.pk, location_id=location.pk)
        return item

    block = prefix(0, 18, "container", container)
    installer = Installer(work, site, location, base, prefix(0, 24, "network", block))
    equipment = _racks(installer)
    boxes = []
    for plan in site.devices:
        stack = {}
        if plan.stack:
            if plan.stack == 1:
                chassis = rows.add(dcim.VirtualChassis, name=f"{site.code}-stack-{plan.rack:02d}")
            stack = {"virtual_chassis": chassis, "vc_position": plan.stack}
        box = installer.install(plan.kind, plan.rack, plan, **stack)
        if plan.stack == 1:
            chassis.master_id = box.device.pk
        installer.console(box)
        installer.power(box)
        if plan.planned:
            work.truth.trap("planned_device", box.device.pk)
        boxes.append(box)
    for box in (*equipment, *boxes):
        installer.manage(box)
    _foreign_primaries(installer, boxes)
    _links(installer, boxes, prefix(256, 26, "pool", block), prefix(512, 24, "container", block), prefix)
    _spare_ports(work, boxes)
    for number in range(USER_NETWORKS):
        network = prefix(1024 + 64 * number, 26, "network", block)
        if number in site.unused:
            work.truth.plant("prefix_unused", network.pk)
            continue
        for host in range(1, work.rng.randint(4, 21)):
            installer.address(1024 + 64 * number + host, network, 26)


def _racks(installer: Installer) -> list[Box]:
    """Racks with their power, console servers, patch panels and out-of-band switches; returns what has an address."""
    rows, site, location, truth = installer.rows, installer.site, installer.location, installer.truth
    active = rows.status["Active"]
    group = rows.add(dcim.RackGroup, name="Hall", location=location)
    panels = {
        side: rows.add(dcim.PowerPanel, name=f"{site.code}-{side}", location=location, rack_group=group)
        for side in "AB"
    }
    equipment = []
    for number in range(site.racks):
        name = f"{site.code}-{number:02d}"
        rack = rows.add(dcim.Rack, name=name, location=location, rack_group=group, status=active, u_height=42)
        installer.racks.append(rack)
        for side in "AB":
            panel = panels["A" if number in site.flat_racks else side]
            values = {"voltage": 230, "amperage": 32, "type": "primary" if side == "A" else "redundant"}
            feed = rows.add(
                dcim.PowerFeed, name=f"{name}-{side}", power_panel=panel, rack=rack, status=active, **values
            )
            pdu = installer.install("pdu", number)
            rows.cable(feed, pdu.parts["PowerPort"][0], "power")
            installer.outlets[number, side] = iter(pdu.parts["PowerOutlet"])
            truth.trap("pdu_with_one_inlet", pdu.device.pk)
            equipment.append(pdu)
    # At every third site the main rack is reached through a module of a second console server.
    for kind in ("con", "term") if site.number % 3 == 0 else ("con",):
        server = installer.install(kind, 0)
        installer.console_ports[kind] = iter(server.parts["ConsoleServerPort"])
        installer.power(server)
        equipment.append(server)
    for number in range(site.racks):
        if number:
            near, far = (installer.install("pan", place) for place in (number, 0))
            ends = (near.parts["FrontPort"], near.parts["RearPort"], far.parts["RearPort"], far.parts["FrontPort"])
            installer.lines[number] = zip(*ends, strict=True)
            truth.trap("passive_panel", near.device.pk)
            truth.trap("passive_panel", far.device.pk)
        switch = installer.install("oob", number)
        installer.switch_ports[number] = iter(switch.parts["Interface"])
        installer.console(switch)
        installer.power(switch)
        equipment.append(switch)
    return equipment


def _foreign_primaries(installer: Installer, boxes: list[Box]) -> None:
    owners = [box for box in boxes if box.address is not None]
    for box in owners:
        if box.plan and box.plan.primary == "other":
            others = [other for other in owners if other is not box]
            if not others:
                box.device.primary_ip4_id = box.address.pk
                continue
            box.device.primary_ip4_id = installer.work.rng.choice(others).address.pk
            installer.truth.plant("device_primary_ip_not_own", box.device.pk, kind="other")


def _uplinks(box: Box) -> list[Any]:
    return [port for port in box.parts["Interface"] if port.type.startswith("10gbase") and not port.mgmt_only]


def _links(installer: Installer, boxes: list[Box], loopbacks: Any, blocks: Any, prefix: Any) -> None:
    """Loopbacks, a routed link between the two routers, and two uplinks for each switch or stack."""
    rows, truth = installer.rows, installer.truth
    routers = [box for box in boxes if box.plan and box.plan.kind == "chassis"]
    for number, router in enumerate(routers):
        host = installer.address(256 + number, loopbacks, 32, installer.virtual(router, "Loopback0"), judged=False)
        truth.trap("host_mask_in_pool", host.pk)

    def link(a: Any, b: Any, status: str = "Connected") -> None:
        for port in (a, b):
            port.enabled, port.mtu = True, _LINK_MTU
        rows.cable(a, b, "smf", status)

    if len(routers) < 2:
        return
    supervisor = [[p for p in _uplinks(router) if p.name.startswith("Ten")] for router in routers]
    network = prefix(512, 31, "network", blocks)
    truth.trap("point_to_point_full", network.pk)
    link(supervisor[0][0], supervisor[1][0])
    for number in (0, 1):
        installer.address(512 + number, network, 31, supervisor[number][0], judged=False)
    free = [iter([p for p in _uplinks(router) if p.name.startswith("Gig")]) for router in routers]
    for box in boxes:
        plan = box.plan
        if plan is None or plan.kind == "chassis" or plan.stack == 2:
            continue
        # A stack has one uplink on its first and one on its last member.
        chosen = {0: (0, 1), 1: (0,), 3: (1,)}[plan.stack]
        for side, uplink in zip(chosen, _uplinks(box), strict=False):
            far = next(free[side])
            link(uplink, far, box.cabling)
            if plan.mtu and side == 0:
                uplink.mtu = _ACCESS_MTU
                truth.plant("link_mtu_mismatch", uplink.pk, far.pk)


def _spare_ports(work: Work, boxes: list[Box]) -> None:
    """Ports that are enabled without a cable: access ports, and the last port of a network module."""
    for box in boxes:
        for number, kind in enumerate(box.plan.enabled if box.plan else ()):
            port = box.parts["Interface"][_SPARE_PORT + number if kind == "device" else -1]
            port.enabled = True
            work.truth.plant("interface_enabled_uncabled", port.pk, kind=kind)
