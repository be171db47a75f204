"""The planted defects and the traps, as data; `planting` puts the defects into the finished network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps


@dataclass(frozen=True)
class Entry:
    """One defect, or one object that is right but looks wrong.

    `key` are lookups that find exactly the object. `passes_validation` is False where the defect is a state that
    Nautobot's own validation refuses, so that `full_clean()` of the object fails.
    """

    kind: str
    model: str
    key: tuple[tuple[str, str], ...]
    wrong: str
    passes_validation: bool = True

    def get(self) -> Any:
        """The object itself, from the database."""
        return apps.get_model(self.model).objects.get(**dict(self.key))

    @property
    def name(self) -> str:
        """The object as the tables of the README name it."""
        return " ".join(value for _, value in self.key)


def _device(kind: str, name: str, wrong: str, **options: bool) -> Entry:
    return Entry(kind, "dcim.device", (("name", name),), wrong, **options)


def _interface(kind: str, device: str, name: str, wrong: str, **options: bool) -> Entry:
    return Entry(kind, "dcim.interface", (("device__name", device), ("name", name)), wrong, **options)


def _named(kind: str, model: str, name: str, wrong: str) -> Entry:
    return Entry(kind, model, (("name", name),), wrong)


DEFECTS = (
    _device("console_missing", "nyc01-core-02", "console port is not cabled"),
    _device("console_planned", "par01-acc-02", "console cable has status Planned"),
    _device("console_path_incomplete", "sin01-acc-03", "console line ends on `sin01-pan-03`, no cable from there"),
    _device("power_one_of_two", "sin01-core-01", "`PSU2` is not cabled"),
    _device("power_planned", "tyo01-core-01", "cable of `PSU1` has status Planned"),
    _device("power_same_panel", "nyc01-acc-03", "two supplies, PDUs and feeds, but both feeds from `NYC01-PP-A`"),
    _device("power_same_panel", "nyc01-srv-03", "two supplies, PDUs and feeds, but both feeds from `NYC01-PP-A`"),
    _device("power_same_pdu", "sin01-srv-03", "both supplies on `sin01-pdu-05`"),
    _device("oob_uncabled", "sin01-wan-02", "management interface `fxp0` is not cabled"),
    _device("primary_missing", "lon01-acc-02", "no primary address; `GigabitEthernet0/0` has 10.17.10.15/24"),
    _device("primary_missing_no_candidate", "par01-pdu-02", "no primary address, and no address at all"),
    _device(
        "primary_other_device",
        "tyo01-acc-01",
        "primary address is assigned to `tyo01-acc-02`",
        passes_validation=False,
    ),
    _device(
        "primary_unassigned",
        "mex01-acc-01",
        "primary address 10.34.10.99/24 is assigned to nothing; `Vlan900` has another",
        passes_validation=False,
    ),
    _device("primary_deprecated", "nyc01-fw-02", "primary address has status Deprecated"),
    _device(
        "primary_wrong_family",
        "den01-acc-02",
        "primary IPv4 address is the IPv6 address of `me0`",
        passes_validation=False,
    ),
    Entry("mask_differs", "ipam.ipaddress", (("host", "10.18.10.11"),), "mask /32 in 10.18.10.0/24"),
    _device("serial_duplicate", "tyo01-acc-02", "same serial number as `tyo01-acc-01`"),
    _device("serial_duplicate", "lon01-pdu-02", "serial number of `lon01-pdu-01` in lower case"),
    _device("platform_missing", "muc01-con-01", "no platform"),
    _device("software_end_of_life", "sin01-core-02", "software version 4.20.15M has status End-of-Life"),
    _device("component_missing", "mex01-acc-01", "interface `16` of its type does not exist"),
    _interface(
        "vlan_other_site",
        "den01-acc-01",
        "ge-0/0/20",
        "untagged VLAN is `data` of NYC01",
        passes_validation=False,
    ),
    _interface("mtu_mismatch", "nyc01-wan-01", "et-0/0/0", "MTU 1500, 9100 at the other end"),
    _interface("enabled_uncabled", "par01-acc-01", "GigabitEthernet1/0/40", "enabled, but not cabled"),
    Entry("prefix_unused", "ipam.prefix", (("network", "10.19.250.0"),), "10.19.250.0/24 holds nothing"),
    Entry("prefix_nearly_full", "ipam.prefix", (("network", "10.49.103.0"),), "29 of the 30 hosts are in use"),
    Entry("circuit_no_termination", "circuits.circuit", (("cid", "NTT-PAR01-INET"),), "active, without terminations"),
    Entry("circuit_uncabled", "circuits.circuit", (("cid", "NTT-LON01-INET"),), "termination A is not cabled"),
    Entry(
        "vm_primary_missing",
        "virtualization.virtualmachine",
        (("name", "nyc01-vm-mon-01"),),
        "no primary address; `eth0` has 10.32.20.14/24",
    ),
    _device("rack_elsewhere", "den01-pan-01", "in a rack of TYO01", passes_validation=False),
    _interface("mac_duplicate", "ams01-srv-02", "Gig-E 1", "MAC address of `nyc01-srv-02 Gig-E 1`"),
    _interface("disabled_connected", "sin01-srv-01", "Gig-E 1", "disabled, but cabled to an enabled interface"),
    Entry("power_no_reserve", "dcim.rack", (("name", "AMS01-A02"),), "draws 6,989 VA; one feed alone carries 5,888 VA"),
    Entry("address_on_two", "ipam.ipaddress", (("host", "10.32.20.11"),), "also on `nyc01-srv-02 Gig-E 3`"),
    _named("vrf_unused", "ipam.vrf", "laboratory", "holds no prefix"),
    _named("vlan_twice", "ipam.vlan", "old-data", "VLAN ID 101 at LON01, which `data` has there"),
    _named(
        "context_conflict", "extras.configcontext", "Time for LON01", "other `ntp` than `Time for Cisco`, same weight"
    ),
    _named("context_nowhere", "extras.configcontext", "Time for firewalls", "no firewall has the platform HPE iLO"),
    _named("tag_unused", "extras.tag", "campaign-2023", "on nothing"),
    _named("secrets_missing", "extras.secretsgroup", "Core switches", "holds no secret; `ams01-core-01` uses it"),
    _named(
        "integration_without_tls", "extras.externalintegration", "Billing", "`http://`, so credentials go in the clear"
    ),
    _named("controller_nowhere", "dcim.controller", "ams01-wlc-01", "neither on a device nor on a redundancy group"),
)

TRAPS = (
    _device("panel_unused", "lon01-pan-01", "a patch panel on which nothing is cabled is still a patch panel"),
    _device("panel", "ams01-pan-01", "patch panels have no console, power, platform or address"),
    _device("pdu_one_inlet", "ams01-pdu-01", "a PDU has one power port by its type, and no console port"),
    _device("one_supply", "muc01-wan-01", "devices with one power supply by their type"),
    _device("four_supplies", "ams01-dist-01", "four supplies, all on modules, two a side"),
    _device("console_on_module", "ams01-dist-01", "its console port and management interface are the supervisor's"),
    _device("console_server_on_module", "ams01-wan-02", "reached through the module NIM-24A of `ams01-con-02`"),
    _device("console_over_panels", "ams01-acc-03", "console line runs over `ams01-pan-04` and `ams01-pan-03`"),
    _device("stack_member", "ams01-acc-02", "second member: no console cable, no address, reached through the first"),
    _interface("stack_names", "nyc01-acc-02", "ge-1/0/0", "interfaces of the second member are renumbered"),
    _device("no_console_port", "ams01-srv-01", "servers and Opengear console servers have no console port"),
    _device("no_management_port", "muc01-acc-01", "no management interface by its type; managed in a VLAN"),
    _device("planned_site", "syd01-core-01", "everything at SYD01 has status Planned or Reserved"),
    Entry("overlap", "ipam.prefix", (("network", "10.16.104.0"),), "inside 10.16.0.0/16, but in the namespace Guest"),
    Entry("point_to_point", "ipam.prefix", (("network", "10.16.1.2"),), "a /31 with both addresses in use is full"),
    Entry("loopback_mask", "ipam.ipaddress", (("host", "10.16.0.1"),), "mask /32 in the pool 10.16.0.0/24"),
    Entry("shared_address", "ipam.ipaddress", (("host", "10.16.101.1"),), "VRRP address, assigned to no interface"),
    Entry("provider_end", "circuits.circuit", (("cid", "LUM-MPLS-AMS01"),), "termination Z is in a provider network"),
)
