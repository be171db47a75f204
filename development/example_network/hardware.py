"""The plan: manufacturers, platforms, device types and module types with their ports.

Models and port layouts are those of the makers' data sheets; rarely used ports (USB, stacking, fans) are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MANUFACTURERS = ("APC", "Arista", "Cisco", "HPE", "Juniper", "Opengear", "Palo Alto", "Panduit")

# name: (manufacturer, network driver, software version, its release date, end of support)
PLATFORMS = {
    "Cisco IOS XE": ("Cisco", "cisco_xe", "17.12.4", "2024-07-31", "2037-09-30"),
    "Arista EOS": ("Arista", "arista_eos", "4.32.2F", "2024-08-06", "2037-08-06"),
    "Juniper Junos": ("Juniper", "juniper_junos", "23.4R2", "2024-06-27", "2037-06-27"),
    "Palo Alto PAN-OS": ("Palo Alto", "paloalto_panos", "11.1.4", "2024-08-02", "2037-05-03"),
    "HPE AOS-CX": ("HPE", "aruba_aoscx", "10.13.1040", "2024-08-27", None),
    "HPE ArubaOS-Switch": ("HPE", "hp_procurve", "16.11.0021", "2024-07-16", None),
    "HPE iLO": ("HPE", "", "3.07", "2024-07-23", None),
    "Opengear OM": ("Opengear", "opengear", "24.07.1", "2024-08-15", None),
    "APC AOS": ("APC", "apc_aos", "7.1.2", "2023-11-14", None),
    "Debian GNU/Linux": (None, "linux", "12", "2023-06-10", "2038-06-30"),
}


@dataclass(frozen=True)
class Ports:
    """`count` ports named by `pattern`, numbered from `first` at the place of "#"."""

    pattern: str
    type: str
    first: int = 1
    count: int = 1
    mgmt: bool = False  # interfaces: management only
    draw: tuple[int, int] | None = None  # power ports: maximum and allocated draw in watts

    def names(self) -> list[str]:
        """The names of all the ports."""
        return [self.pattern.replace("#", str(n)) for n in range(self.first, self.first + self.count)]


@dataclass(frozen=True)
class Hardware:
    """A device type or module type. `trunk` is the strand count of each rear port of a patch panel."""

    manufacturer: str
    model: str
    part_number: str = ""
    platform: str | None = None
    height: int = 1
    full_depth: bool = True
    interfaces: tuple[Ports, ...] = ()
    console: Ports | None = None
    console_server: Ports | None = None
    power: Ports | None = None
    outlets: tuple[Ports, ...] = ()
    bays: tuple[tuple[str, str], ...] = ()  # name, position
    panel: tuple[str, str, int, int] | None = None  # front type, rear type, front ports, fronts per rear
    # Interfaces of stack members: text to replace, replacement, and what "#" is on the first member.
    member: tuple[str, str, int] | None = None
    uplinks: tuple[str, str] | None = None  # the two interfaces that go up to the core
    modules: dict[str, str] = field(default_factory=dict)  # installed by default: bay -> module model

    def on_member(self, name: str, position: int) -> str:
        """Name of an interface on the stack member at a position, from its name on a single device."""
        if self.member is None:
            return name
        text, replacement, first = self.member
        return name.replace(text, replacement.replace("#", str(first + position - 1)), 1)


def _mgmt(name: str) -> Ports:
    return Ports(name, "1000base-t", mgmt=True)


_CON = Ports("con 0", "rj-45")
_DUAL = Ports("PSU#", "iec-60320-c14", 1, 2, draw=(350, 150))
_SINGLE = Ports("PSU#", "iec-60320-c14", 1, 1, draw=(150, 60))

DEVICE_TYPES = {
    "MX204": Hardware(
        "Juniper",
        "MX204",
        "MX204-HW-BASE",
        "Juniper Junos",
        interfaces=(
            _mgmt("fxp0"),
            Ports("et-0/0/#", "100gbase-x-qsfp28", 0, 4),
            Ports("xe-0/1/#", "10gbase-x-sfpp", 0, 8),
        ),
        console=Ports("Console", "rj-45"),
        power=Ports("PEM #", "iec-60320-c14", 0, 2, draw=(650, 320)),
    ),
    "C8300-1N1S-6T": Hardware(
        "Cisco",
        "Catalyst 8300-1N1S-6T",
        "C8300-1N1S-6T",
        "Cisco IOS XE",
        interfaces=(
            _mgmt("GigabitEthernet0"),
            Ports("GigabitEthernet0/0/#", "1000base-t", 0, 4),
            Ports("GigabitEthernet0/0/#", "1000base-x-sfp", 4, 2),
        ),
        console=_CON,
        power=Ports("PSU#", "iec-60320-c14", 0, 2, draw=(250, 110)),
        bays=(("NIM 1", "0/1"), ("SM 1", "1")),
    ),
    "ISR4331": Hardware(
        "Cisco",
        "ISR 4331",
        "ISR4331/K9",
        "Cisco IOS XE",
        interfaces=(_mgmt("GigabitEthernet0"), Ports("GigabitEthernet0/0/#", "1000base-t", 0, 3)),
        console=_CON,
        power=Ports("PSU#", "iec-60320-c14", 0, 1, draw=(250, 90)),
        bays=(("NIM 1", "0/1"), ("NIM 2", "0/2"), ("SM 1", "1")),
    ),
    "DCS-7050SX3-48YC8": Hardware(
        "Arista",
        "DCS-7050SX3-48YC8",
        "DCS-7050SX3-48YC8-F",
        "Arista EOS",
        interfaces=(
            _mgmt("Management1"),
            Ports("Ethernet#", "25gbase-x-sfp28", 1, 48),
            Ports("Ethernet#/1", "100gbase-x-qsfp28", 49, 8),
        ),
        console=Ports("Console", "rj-45"),
        power=_DUAL,
    ),
    "C9404R": Hardware(
        "Cisco",
        "Catalyst 9404R",
        "C9404R",
        "Cisco IOS XE",
        height=6,
        bays=(
            ("Slot 1", "1"),
            ("Slot 2 supervisor", "2"),
            ("Slot 3 supervisor", "3"),
            ("Slot 4", "4"),
            ("Power Supply 1", "PS1"),
            ("Power Supply 2", "PS2"),
            ("Power Supply 3", "PS3"),
            ("Power Supply 4", "PS4"),
        ),
        modules={
            "Slot 1": "C9400-LC-48T",
            "Slot 2 supervisor": "C9400-SUP-1",
            "Power Supply 1": "C9400-PWR-3200AC",
            "Power Supply 2": "C9400-PWR-3200AC",
            "Power Supply 3": "C9400-PWR-3200AC",
            "Power Supply 4": "C9400-PWR-3200AC",
        },
    ),
    "C9300-48P": Hardware(
        "Cisco",
        "Catalyst 9300-48P",
        "C9300-48P",
        "Cisco IOS XE",
        interfaces=(_mgmt("GigabitEthernet0/0"), Ports("GigabitEthernet1/0/#", "1000base-t", 1, 48)),
        console=_CON,
        power=Ports("PS-#", "iec-60320-c14", 1, 2, draw=(715, 350)),
        bays=(("Network Module", "1"),),
        member=("GigabitEthernet1/", "GigabitEthernet#/", 1),
        uplinks=("TenGigabitEthernet1/1/1", "TenGigabitEthernet1/1/2"),
        modules={"Network Module": "C9300-NM-8X"},
    ),
    "EX4400-48T": Hardware(
        "Juniper",
        "EX4400-48T",
        "EX4400-48T",
        "Juniper Junos",
        interfaces=(
            _mgmt("me0"),
            Ports("ge-0/0/#", "1000base-t", 0, 48),
            Ports("et-0/1/#", "100gbase-x-qsfp28", 0, 2),
        ),
        console=Ports("Console", "rj-45"),
        power=Ports("PSU#", "iec-60320-c14", 0, 2, draw=(550, 180)),
        member=("-0/", "-#/", 0),
        uplinks=("et-0/1/0", "et-0/1/1"),
    ),
    "JL663A": Hardware(
        "HPE",
        "Aruba 6300M 48G 4SFP56",
        "JL663A",
        "HPE AOS-CX",
        interfaces=(
            _mgmt("mgmt"),
            Ports("1/1/#", "1000base-t", 1, 48),
            Ports("1/1/#", "50gbase-x-sfp56", 49, 4),
        ),
        console=Ports("Console", "usb-c"),
        power=Ports("PSU#", "iec-60320-c14", 1, 2, draw=(250, 130)),
        member=("1/1/", "#/1/", 1),
        uplinks=("1/1/49", "1/1/50"),
    ),
    "JL253A": Hardware(
        "HPE",
        "Aruba 2930F 24G 4SFP+",
        "JL253A",
        "HPE ArubaOS-Switch",
        full_depth=False,
        interfaces=(Ports("#", "1000base-t", 1, 24), Ports("#", "10gbase-x-sfpp", 25, 4)),
        console=Ports("Console", "rj-45"),
        power=_SINGLE,
    ),
    "PA-3410": Hardware(
        "Palo Alto",
        "PA-3410",
        "PAN-PA-3410",
        "Palo Alto PAN-OS",
        interfaces=(
            _mgmt("management"),
            Ports("ha1-a", "1000base-t"),
            Ports("ha1-b", "1000base-t"),
            Ports("hsci", "10gbase-x-sfpp"),
            Ports("ethernet1/#", "10gbase-t", 1, 12),
            Ports("ethernet1/#", "10gbase-x-sfpp", 13, 10),
            Ports("ethernet1/#", "25gbase-x-sfp28", 23, 4),
        ),
        console=Ports("console", "rj-45"),
        power=Ports("PS#", "iec-60320-c14", 1, 2, draw=(195, 155)),
    ),
    "PA-440": Hardware(
        "Palo Alto",
        "PA-440",
        "PAN-PA-440",
        "Palo Alto PAN-OS",
        full_depth=False,
        interfaces=(_mgmt("management"), Ports("ethernet1/#", "1000base-t", 1, 8)),
        console=Ports("console", "rj-45"),
        power=Ports("PS#", "dc-terminal", 1, 2, draw=(30, 21)),
    ),
    "SRX300": Hardware(
        "Juniper",
        "SRX300",
        "SRX300",
        "Juniper Junos",
        full_depth=False,
        interfaces=(Ports("ge-0/0/#", "1000base-t", 0, 6), Ports("ge-0/0/#", "1000base-x-sfp", 6, 2)),
        console=Ports("Console", "rj-45"),
        power=Ports("Power", "dc-terminal", draw=(40, 25)),
    ),
    "C9200L-48T-4X": Hardware(
        "Cisco",
        "Catalyst 9200L-48T-4X",
        "C9200L-48T-4X",
        "Cisco IOS XE",
        interfaces=(
            _mgmt("GigabitEthernet0/0"),
            Ports("GigabitEthernet1/0/#", "1000base-t", 1, 48),
            Ports("TenGigabitEthernet1/1/#", "10gbase-x-sfpp", 1, 4),
        ),
        console=_CON,
        power=Ports("PS-#", "iec-60320-c14", 1, 2, draw=(125, 60)),
    ),
    "C9200L-24T-4X": Hardware(
        "Cisco",
        "Catalyst 9200L-24T-4X",
        "C9200L-24T-4X",
        "Cisco IOS XE",
        interfaces=(
            _mgmt("GigabitEthernet0/0"),
            Ports("GigabitEthernet1/0/#", "1000base-t", 1, 24),
            Ports("TenGigabitEthernet1/1/#", "10gbase-x-sfpp", 1, 4),
        ),
        console=_CON,
        power=Ports("PS-#", "iec-60320-c14", 1, 2, draw=(125, 50)),
    ),
    "OM2248": Hardware(
        "Opengear",
        "OM2248",
        "OM2248",
        "Opengear OM",
        full_depth=False,
        interfaces=(_mgmt("net1"), Ports("net2", "1000base-t")),
        console_server=Ports("Port #", "rj-45", 1, 48),
        power=Ports("PSU#", "iec-60320-c14", 1, 2, draw=(60, 30)),
    ),
    "OM1208-8E": Hardware(
        "Opengear",
        "OM1208-8E",
        "OM1208-8E",
        "Opengear OM",
        full_depth=False,
        interfaces=(_mgmt("net1"), Ports("net2", "1000base-t"), Ports("eth#", "1000base-t", 0, 8)),
        console_server=Ports("Port #", "rj-45", 1, 8),
        power=Ports("PSU#", "iec-60320-c14", 1, 2, draw=(40, 20)),
    ),
    "ACM7008-2": Hardware(
        "Opengear",
        "ACM7008-2",
        "ACM7008-2",
        "Opengear OM",
        full_depth=False,
        interfaces=(_mgmt("net1"), Ports("net2", "1000base-t")),
        console_server=Ports("Port #", "rj-45", 1, 8),
        power=Ports("Power", "dc-terminal", draw=(25, 15)),
    ),
    "DL360 Gen10": Hardware(
        "HPE",
        "ProLiant DL360 Gen10",
        "867959-B21",
        "HPE iLO",
        interfaces=(_mgmt("iLO"), Ports("Gig-E #", "1000base-t", 1, 4)),
        power=Ports("PSU#", "iec-60320-c14", 1, 2, draw=(500, 250)),
    ),
    "FMT1": Hardware(
        "Panduit",
        "Opticom FMT1 with two MPO-LC cassettes",
        "FMT1",
        full_depth=False,
        panel=("lc", "mpo", 24, 12),
    ),
    "DP24688TGY": Hardware(
        "Panduit",
        "DP6 24-port Cat 6 patch panel",
        "DP24688TGY",
        full_depth=False,
        panel=("8p8c", "110-punch", 24, 1),
    ),
    "AP8953": Hardware(
        "APC",
        "AP8953",
        "AP8953",
        "APC AOS",
        height=0,
        full_depth=False,
        interfaces=(_mgmt("Network"),),
        power=Ports("Input", "iec-60309-2p-e-6h"),
        outlets=(Ports("Outlet #", "iec-60320-c13", 1, 20), Ports("Outlet #", "iec-60320-c19", 21, 4)),
    ),
    "AP7921B": Hardware(
        "APC",
        "AP7921B",
        "AP7921B",
        "APC AOS",
        full_depth=False,
        interfaces=(_mgmt("Network"),),
        power=Ports("Input", "iec-60320-c20"),
        outlets=(Ports("Outlet #", "iec-60320-c13", 1, 8),),
    ),
}

MODULE_TYPES = {
    "C9300-NM-8X": Hardware(
        "Cisco", "C9300-NM-8X", interfaces=(Ports("TenGigabitEthernet1/1/#", "10gbase-x-sfpp", 1, 8),)
    ),
    "C9400-LC-48T": Hardware(
        "Cisco", "C9400-LC-48T", interfaces=(Ports("GigabitEthernet{module}/0/#", "1000base-t", 1, 48),)
    ),
    "C9400-SUP-1": Hardware(
        "Cisco",
        "C9400-SUP-1",
        interfaces=(
            _mgmt("GigabitEthernet0/0"),
            Ports("TenGigabitEthernet{module}/0/#", "10gbase-x-sfpp", 1, 8),
            Ports("FortyGigabitEthernet{module}/0/#", "40gbase-x-qsfpp", 9, 2),
        ),
        console=_CON,
    ),
    "C9400-PWR-3200AC": Hardware(
        "Cisco", "C9400-PWR-3200AC", power=Ports("{module}", "iec-60320-c20", draw=(3200, 900))
    ),
    "NIM-24A": Hardware("Cisco", "NIM-24A", console_server=Ports("Async{module}/#", "rj-45", 0, 24)),
}

# Modules that single devices have beyond those of their type.
EXTRA_MODULES = {"ams01-con-02": {"NIM 1": "NIM-24A"}}
