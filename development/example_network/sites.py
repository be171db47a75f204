"""The plan: regions, sites, what stands in which rack of each kind of site, and the networks of a site.

Nothing here touches Nautobot; the builders read it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Region:
    """One region and the address space of its sites."""

    name: str
    prefix: str  # IPv4 container of all its sites


@dataclass(frozen=True)
class Site:
    """One site. `octet` gives its networks: 10.<octet>.0.0/16 and 2001:db8:<octet>::/48."""

    name: str
    city: str
    region: str
    kind: str  # hub, office or branch
    octet: int
    access: str  # model of its access switches, a key of hardware.DEVICE_TYPES
    time_zone: str
    tenant: str
    planned: bool = False

    @property
    def code(self) -> str:
        """The site's name as it begins the names of its devices."""
        return self.name.lower()

    @property
    def ipv4(self) -> str:
        """First two octets of the site's IPv4 networks."""
        return f"10.{self.octet}"

    @property
    def ipv6(self) -> str:
        """First 48 bits of the site's IPv6 networks, without the colons at the end."""
        return f"2001:db8:{self.octet}"


@dataclass(frozen=True)
class Slot:
    """One device of a kind of site: its name is `<site>-<role>-<number>`."""

    role: str  # a key of ROLES
    number: int
    model: str  # a key of hardware.DEVICE_TYPES, or "access" for the site's access switch
    rack: str  # last part of the rack's name; its first letter is the room
    position: int | None = None  # lowest rack unit; None for devices beside the units

    @property
    def suffix(self) -> str:
        """The device's name without its site."""
        return f"{self.role}-{self.number:02d}"


@dataclass(frozen=True)
class Network:
    """One network of every site that has it. `third` is the third octet of its IPv4 prefix."""

    name: str
    third: int
    length: int
    vid: int | None
    kinds: tuple[str, ...]
    type: str = "network"


REGIONS = (
    Region("EMEA", "10.16.0.0/12"),
    Region("AMER", "10.32.0.0/12"),
    Region("APAC", "10.48.0.0/12"),
)

SITES = (
    Site("AMS01", "Amsterdam", "EMEA", "hub", 16, "C9300-48P", "Europe/Amsterdam", "Corporate IT"),
    Site("LON01", "London", "EMEA", "office", 17, "C9300-48P", "Europe/London", "Corporate IT"),
    Site("PAR01", "Paris", "EMEA", "office", 18, "C9300-48P", "Europe/Paris", "Retail"),
    Site("MUC01", "Munich", "EMEA", "branch", 19, "JL253A", "Europe/Berlin", "Retail"),
    Site("NYC01", "New York", "AMER", "hub", 32, "EX4400-48T", "America/New_York", "Corporate IT"),
    Site("DEN01", "Denver", "AMER", "office", 33, "EX4400-48T", "America/Denver", "Research"),
    Site("MEX01", "Mexico City", "AMER", "branch", 34, "JL253A", "America/Mexico_City", "Retail"),
    Site("SIN01", "Singapore", "APAC", "hub", 48, "JL663A", "Asia/Singapore", "Corporate IT"),
    Site("TYO01", "Tokyo", "APAC", "office", 49, "JL663A", "Asia/Tokyo", "Research"),
    Site("SYD01", "Sydney", "APAC", "office", 50, "JL663A", "Australia/Sydney", "Corporate IT", planned=True),
)

# Part of a device's name -> Nautobot role, colour.
ROLES = {
    "wan": ("WAN Router", "9c27b0"),
    "core": ("Core Switch", "3f51b5"),
    "dist": ("Distribution Switch", "2196f3"),
    "acc": ("Access Switch", "00bcd4"),
    "fw": ("Firewall", "f44336"),
    "oob": ("Out-of-Band Switch", "795548"),
    "con": ("Console Server", "607d8b"),
    "srv": ("Server", "4caf50"),
    "pan": ("Patch Panel", "9e9e9e"),
    "pdu": ("PDU", "ff9800"),
}

# Rooms of a kind of site, by the first letter of the rack. Kinds without rooms put the racks into the site itself.
ROOMS = {"hub": {"A": "Main equipment room", "B": "Second equipment room"}}

_HUB = (
    Slot("pan", 1, "FMT1", "A01", 42),
    Slot("pan", 3, "DP24688TGY", "A01", 41),
    Slot("wan", 1, "MX204", "A01", 40),
    Slot("fw", 1, "PA-3410", "A01", 38),
    Slot("core", 1, "DCS-7050SX3-48YC8", "A01", 36),
    Slot("acc", 1, "access", "A01", 34),
    Slot("oob", 1, "C9200L-48T-4X", "A01", 32),
    Slot("con", 1, "OM2248", "A01", 31),
    Slot("pdu", 1, "AP8953", "A01"),
    Slot("pdu", 2, "AP8953", "A01"),
    Slot("wan", 2, "MX204", "A02", 40),
    Slot("fw", 2, "PA-3410", "A02", 38),
    Slot("core", 2, "DCS-7050SX3-48YC8", "A02", 36),
    Slot("acc", 2, "access", "A02", 34),
    Slot("srv", 1, "DL360 Gen10", "A02", 20),
    Slot("srv", 2, "DL360 Gen10", "A02", 19),
    Slot("pdu", 3, "AP8953", "A02"),
    Slot("pdu", 4, "AP8953", "A02"),
    Slot("pan", 2, "FMT1", "B01", 42),
    Slot("pan", 4, "DP24688TGY", "B01", 41),
    Slot("acc", 3, "access", "B01", 34),
    Slot("srv", 3, "DL360 Gen10", "B01", 20),
    Slot("pdu", 5, "AP8953", "B01"),
    Slot("pdu", 6, "AP8953", "B01"),
)
_OFFICE = (
    Slot("pan", 1, "DP24688TGY", "A01", 42),
    Slot("wan", 1, "C8300-1N1S-6T", "A01", 40),
    Slot("fw", 1, "PA-440", "A01", 38),
    Slot("core", 1, "DCS-7050SX3-48YC8", "A01", 36),
    Slot("acc", 1, "access", "A01", 34),
    Slot("acc", 2, "access", "A01", 33),
    Slot("oob", 1, "C9200L-24T-4X", "A01", 31),
    Slot("con", 1, "OM1208-8E", "A01", 30),
    Slot("pdu", 1, "AP8953", "A01"),
    Slot("pdu", 2, "AP8953", "A01"),
)
_BRANCH = (
    Slot("pan", 1, "DP24688TGY", "A01", 24),
    Slot("wan", 1, "ISR4331", "A01", 22),
    Slot("fw", 1, "SRX300", "A01", 20),
    Slot("acc", 1, "access", "A01", 18),
    Slot("con", 1, "ACM7008-2", "A01", 16),
    Slot("pdu", 1, "AP7921B", "A01", 1),
)
SLOTS = {"hub": _HUB, "office": _OFFICE, "branch": _BRANCH}
EXTRA_SLOTS = {
    "AMS01": (
        Slot("dist", 1, "C9404R", "A02", 10),
        Slot("con", 2, "ISR4331", "A02", 31),
    ),
}
RACK_HEIGHT = {"hub": 42, "office": 42, "branch": 24}

_ALL, _LARGE = ("hub", "office", "branch"), ("hub", "office")
NETWORKS = (
    Network("loopbacks", 0, 24, None, _ALL, type="pool"),
    Network("point-to-point", 1, 24, None, _ALL, type="container"),
    Network("management", 10, 24, 900, _ALL),
    Network("servers", 20, 24, 200, ("hub",)),
    Network("data", 101, 24, 101, _ALL),
    Network("voice", 102, 24, 102, _ALL),
    Network("cameras", 103, 27, 103, _LARGE),
)
GUEST = Network("guest", 104, 24, 104, _LARGE)  # the same address space, in the namespace Guest


def slots(site: Site) -> tuple[Slot, ...]:
    """All devices of a site, in the order in which they are built."""
    return SLOTS[site.kind] + EXTRA_SLOTS.get(site.name, ())


def networks(site: Site) -> list[Network]:
    """The networks that a site has, without the guests'."""
    return [network for network in NETWORKS if site.kind in network.kinds]


def racks(site: Site) -> list[str]:
    """Last parts of the names of a site's racks, in order."""
    return sorted({slot.rack for slot in slots(site)})
