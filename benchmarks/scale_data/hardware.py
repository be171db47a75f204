"""What the network is made of: device types and module types with their components."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Hardware:
    """A device type or module type.

    `parts` are names and types of components by the name of their model; the type `mgmt` stands for a management-only
    interface, and `{module}` in a name for the position of the module's bay. `modules` are what is in the bays: name
    and position of the bay, and the key in `MODULES`.
    """

    role: str
    manufacturer: str
    model: str
    height: int = 1
    parts: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    modules: tuple[tuple[str, str, str], ...] = ()


def _series(pattern: str, first: int, count: int, kind: str) -> list[tuple[str, str]]:
    return [(pattern.replace("#", str(n)), kind) for n in range(first, first + count)]


_C14, _RJ45, _GIGABIT, _SFP = "iec-60320-c14", "rj-45", "1000base-t", "10gbase-x-sfpp"

TYPES = {
    "chassis": Hardware(
        "Router",
        "Cisco",
        "Catalyst 9404R",
        6,
        modules=(
            ("Slot 1", "1", "lc"),
            ("Slot 2", "2", "sup"),
            *((f"Power Supply {n}", f"PS{n}", "psu") for n in (1, 2, 3, 4)),
        ),
    ),
    "switch": Hardware(
        "Access Switch",
        "Cisco",
        "Catalyst 9300-24T",
        parts={
            "Interface": [("GigabitEthernet0/0", "mgmt"), *_series("GigabitEthernet1/0/#", 1, 24, _GIGABIT)],
            "ConsolePort": [("con 0", _RJ45)],
            "PowerPort": _series("PS-#", 1, 2, _C14),
        },
        modules=(("Network Module", "1", "nm"),),
    ),
    "small": Hardware(
        "Access Switch",
        "HPE",
        "Aruba 2930F 24G 4SFP+",
        parts={
            "Interface": [*_series("#", 1, 24, _GIGABIT), *_series("#", 25, 4, _SFP)],
            "ConsolePort": [("Console", _RJ45)],
            "PowerPort": [("PSU1", _C14)],
        },
    ),
    "oob": Hardware(
        "Out-of-Band Switch",
        "HPE",
        "Aruba 2530 24G",
        parts={
            "Interface": _series("#", 1, 28, _GIGABIT),
            "ConsolePort": [("Console", _RJ45)],
            "PowerPort": [("PSU1", _C14)],
        },
    ),
    "con": Hardware(
        "Console Server",
        "Opengear",
        "OM2248",
        parts={
            "Interface": [("net1", "mgmt")],
            "ConsoleServerPort": _series("Port #", 1, 48, _RJ45),
            "PowerPort": _series("PSU#", 1, 2, _C14),
        },
    ),
    "term": Hardware(
        "Console Server",
        "Cisco",
        "ISR 4331",
        parts={"Interface": [("GigabitEthernet0", "mgmt")], "PowerPort": [("PSU0", _C14)]},
        modules=(("NIM 1", "0/1", "async"),),
    ),
    "pdu": Hardware(
        "PDU",
        "APC",
        "AP8953",
        0,
        parts={
            "Interface": [("Network", "mgmt")],
            "PowerPort": [("Input", "iec-60309-2p-e-6h")],
            "PowerOutlet": _series("Outlet #", 1, 24, "iec-60320-c13"),
        },
    ),
    "pan": Hardware(
        "Patch Panel",
        "Panduit",
        "DP24688TGY",
        parts={"RearPort": _series("Rear #", 1, 24, "8p8c"), "FrontPort": _series("Front #", 1, 24, "8p8c")},
    ),
}

MODULES = {
    "lc": Hardware(
        "", "Cisco", "C9400-LC-48S", parts={"Interface": _series("GigabitEthernet{module}/0/#", 1, 48, _SFP)}
    ),
    "sup": Hardware(
        "",
        "Cisco",
        "C9400-SUP-1",
        parts={
            "Interface": [("GigabitEthernet0/0", "mgmt"), *_series("TenGigabitEthernet{module}/0/#", 1, 8, _SFP)],
            "ConsolePort": [("con 0", _RJ45)],
        },
    ),
    "psu": Hardware("", "Cisco", "C9400-PWR-3200AC", parts={"PowerPort": [("{module}", _C14)]}),
    "nm": Hardware(
        "", "Cisco", "C9300-NM-4M", parts={"Interface": _series("TenGigabitEthernet1/{module}/#", 1, 4, _SFP)}
    ),
    "async": Hardware("", "Cisco", "NIM-24A", parts={"ConsoleServerPort": _series("Async{module}/#", 0, 24, _RJ45)}),
}

PLATFORMS = {
    "Cisco": ("Cisco IOS XE", "cisco_xe"),
    "HPE": ("HPE ArubaOS-Switch", "hp_procurve"),
    "Opengear": ("Opengear OM", "opengear"),
    "APC": ("APC AOS", "apc_aos"),
}
