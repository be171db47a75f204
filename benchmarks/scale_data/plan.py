"""Which devices there are, and which of them gets which defect; nothing is written here."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

PER_SITE, PER_REGION, PER_RACK, USER_NETWORKS = 40, 16, 12, 8
MOST_SITES = 1024  # sites of /18 in 10.0.0.0/8

RULES = {
    "device_no_console_connection": "Active device that has a console port, itself or on a module, or should have one "
    "by its type, and none from which connected cables lead to something; a virtual chassis counts as one device, its "
    "master (kinds: uncabled, planned, dead_end = nothing cabled behind the patch panel, no_port)",
    "device_lt2_connected_power": "Active device whose type and modules have two or more power port templates and that "
    "has fewer than two power ports from which connected cables lead to something (kinds: one, none, planned, no_port)",
    "device_supply_not_connected": "Active device with at least one connected power supply, but fewer than it has power "
    "ports or its type and modules have templates of (kinds: one, planned, no_port, three_of_four, two_of_four)",
    "device_supplies_one_pdu": "Active device with two or more connected power supplies, all on one PDU",
    "device_supplies_one_panel": "Active device with connected supplies on several feeds, all from one power panel",
    "device_no_primary_ip": "device with interfaces and without a primary address; of a virtual chassis the master",
    "device_primary_ip_not_own": "primary address that is assigned to none of the device's interfaces, those of its "
    "modules included (kinds: other = assigned to another device, none = assigned to nothing)",
    "device_duplicate_serial": "serial equal to another device's after strip and case folding",
    "interface_enabled_uncabled": "enabled, not management only, connectable type, no cable (kinds: device, module)",
    "link_mtu_mismatch": "two interfaces joined by a cable path whose MTUs differ (key: both ends)",
    "prefix_unused": "network or pool without child prefixes and without addresses",
    "ip_mask_differs_from_parent": "mask_length differs from the prefix_length of the parent, and the parent is no pool",
}
MASK_SHARE = 0.02  # of the addresses in networks
_STACK = (3, 4, 5)  # places in a rack whose switches form a stack

Item = TypeVar("Item")


@dataclass
class Plan:
    """One router or switch: where it stands, and what is wrong with it ("" if nothing)."""

    site: int
    number: int
    kind: str  # key in hardware.TYPES
    rack: int  # 0 is the main rack, which has the routers
    stack: int = 0  # position in a stack
    planned: bool = False
    console: str = ""
    power: str = ""
    primary: str = ""
    serial_of: Plan | None = None
    enabled: list[str] = field(default_factory=list)  # kinds of interfaces to enable without a cable
    mtu: bool = False

    @property
    def single(self) -> bool:
        """Whether it is no member of a stack."""
        return self.stack == 0


@dataclass
class SitePlan:
    """One site with its devices."""

    number: int
    devices: list[Plan]
    flat_racks: set[int] = field(default_factory=set)  # racks both of whose feeds come from panel A
    unused: set[int] = field(default_factory=set)  # user networks that nothing is in

    @property
    def code(self) -> str:
        """How names at this site begin."""
        return f"s{self.number + 1:04d}"

    @property
    def racks(self) -> int:
        """Number of racks, the main rack included."""
        return 1 + max((plan.rack for plan in self.devices), default=0)


def make_plan(devices: int, rng: random.Random) -> list[SitePlan]:
    """The sites, as equal in size as possible."""
    count = max(1, math.ceil(devices / PER_SITE))
    if count > MOST_SITES:
        raise RuntimeError(f"The address plan holds {MOST_SITES} sites of {PER_SITE} devices; ask for fewer devices.")
    sizes = [devices // count + (n < devices % count) for n in range(count)]
    sites = [SitePlan(n, _devices(n, size, rng)) for n, size in enumerate(sizes)]
    _choose(sites, rng)
    return sites


def _devices(site: int, size: int, rng: random.Random) -> list[Plan]:
    plans = [Plan(site, n, "chassis", 0) for n in range(min(2, size))]
    for n in range(2, size):
        rack, place = divmod(n - 2, PER_RACK)
        full = size - 2 - rack * PER_RACK > max(_STACK)  # a rack that has all places of the stack
        stack = _STACK.index(place) + 1 if full and place in _STACK else 0
        kind = "switch" if stack or rng.random() < 0.75 else "small"
        plans.append(Plan(site, n, kind, rack + 1, stack))
    return plans


def _sample(rng: random.Random, pool: Iterable[Item], share: float, kinds: int = 2) -> list[Item]:
    """The share of the pool, at least one for each kind if there are as many, in random order."""
    items = list(pool)
    return rng.sample(items, min(len(items), max(kinds, round(len(items) * share))))


def _spread(rng: random.Random, pool: Iterable[Plan], share: float, attribute: str, *kinds: str) -> None:
    """Give a share of the devices the kinds of a defect, in turn."""
    for number, plan in enumerate(_sample(rng, pool, share, len(kinds))):
        setattr(plan, attribute, kinds[number % len(kinds)])


def _choose(sites: list[SitePlan], rng: random.Random) -> None:
    plans = [plan for site in sites for plan in site.devices]
    routers = [plan for plan in plans if plan.kind == "chassis"]
    switches = [plan for plan in plans if plan.kind != "chassis" and plan.single]
    for plan in _sample(rng, switches, 0.03):
        plan.planned = True
    live = [plan for plan in plans if plan.kind != "chassis" and not plan.planned]
    reached = [plan for plan in live if plan.stack < 2]  # a stack by its first member
    _spread(rng, reached, 0.04, "console", "uncabled", "planned", "no_port", "dead_end")
    _spread(rng, routers, 0.08, "console", "uncabled", "planned")
    dual = [plan for plan in live if plan.kind == "switch"]
    _spread(rng, dual, 0.06, "power", "one", "none", "planned", "no_port", "one_pdu")
    _spread(rng, routers, 0.3, "power", "three_of_four", "two_of_four", "one")
    _spread(rng, [*routers, *reached], 0.06, "primary", "missing", "missing", "other", "none")
    pairs = _sample(rng, plans, 0.02)
    for twin, original in zip(pairs[1::2], pairs[0::2], strict=False):
        twin.serial_of = original
    for number, plan in enumerate(_sample(rng, switches, 0.05, 6)):
        plan.enabled = ["device", "device", "module"][: 1 + number % 3] if plan.kind == "switch" else ["device"]
    for plan in _sample(rng, reached, 0.03):
        plan.mtu = True
    racks = [(site, rack) for site in sites for rack in range(1, site.racks)]
    for site, rack in _sample(rng, racks, 0.05):
        site.flat_racks.add(rack)
    networks = [(site, number) for site in sites for number in range(USER_NETWORKS)]
    for site, number in _sample(rng, networks, 0.06):
        site.unused.add(number)
