"""What the primary address checks share: whose address it is, and which one it could be."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from itertools import chain
from typing import Any

from django.db.models import F, QuerySet, Subquery
from django.db.models.functions import JSONObject
from nautobot.dcim.models import Device
from nautobot.ipam.models import IPAddress, IPAddressToInterface
from nautobot.virtualization.models import VirtualMachine

from ....toolkit.compat import device_value, in_stack, on_device
from ....toolkit.primary_addresses import FIELDS, OTHER, VERSIONS, assignments, kind_of
from ....toolkit.queries import Hex, collect

_MOST_CANDIDATES = 5

# What `rows` of these checks ask for, beside columns of their own.
_CANDIDATES = ("candidates_on_device", "candidates_in_stack")
COLUMNS = (*_CANDIDATES, *(f"{field}__{part}" for field in FIELDS for part in ("host", "mask_length")))


def holders(field: str, user: Any) -> tuple[Subquery, Subquery]:
    """Names of the devices, and of the virtual machines, that have the outer device's primary address.

    Without those that the user may not view.
    """
    devices = Device.objects.restrict(user, "view").order_by().values("pk")
    machines = VirtualMachine.objects.restrict(user, "view").order_by().values("pk")
    assigned = assignments(field).annotate(holder=device_value("pk", "interface__"))
    return (
        collect(assigned.filter(holder__in=devices), device_value("name", "interface__")),
        collect(assigned.filter(vm_interface__virtual_machine__in=machines), F("vm_interface__virtual_machine__name")),
    )


def with_candidates(devices: QuerySet, user: Any) -> QuerySet:
    """Annotate devices with what `candidate_names` needs (`COLUMNS`).

    That is the addresses that the user may view on interfaces of the device, of its modules, and of the members of its
    virtual chassis.
    """
    visible = IPAddress.objects.restrict(user, "view").order_by().values("pk")
    addresses = IPAddressToInterface.objects.filter(ip_address__in=visible)
    candidate = JSONObject(
        host=Hex("ip_address__host"),
        mask="ip_address__mask_length",
        version="ip_address__ip_version",
        interface="interface__name",
        type="interface__type",
        management="interface__mgmt_only",
    )
    # Two subqueries, since one with OR keeps the database from using its indexes.
    return devices.annotate(
        candidates_on_device=collect(addresses.filter(on_device(prefix="interface__")), candidate),
        candidates_in_stack=collect(addresses.filter(in_stack(prefix="interface__")), candidate),
    )


def candidate_names(row: Mapping[str, Any], field: str | None = None) -> str:
    """The candidates of a row as text: "192.0.2.1/24 on mgmt0, 2001:db8::1/64 on mgmt0".

    First those on management-only interfaces, then those on loopback interfaces; others only where there are none of
    these.

    Args:
        row: with `COLUMNS`.
        field: "primary_ip4" or "primary_ip6" for those of one family that are not what the field has already.
    """
    found = set()
    for candidate in chain(*(row[column] or () for column in _CANDIDATES)):
        host = ip_address(bytes.fromhex(candidate["host"]))
        if field and (candidate["version"] != VERSIONS[field] or str(host) == row[f"{field}__host"]):
            continue
        text = f"{host}/{candidate['mask']} on {candidate['interface']}"
        kind = kind_of(candidate["interface"], candidate["type"], candidate["management"])
        found.add((kind, host.version, host, text))
    candidates = sorted(found)
    if candidates and candidates[0][0] != OTHER:
        candidates = [candidate for candidate in candidates if candidate[0] != OTHER]
    names = [text for *_, text in candidates]
    if len(names) > _MOST_CANDIDATES:
        names[_MOST_CANDIDATES:] = [f"{len(names) - _MOST_CANDIDATES} more"]
    return ", ".join(names)


def details(row: Mapping[str, Any], field: str, **more: str) -> dict[str, str]:
    """Details of a finding about one of the FIELDS: the address, anything more, and what could take its place."""
    address = f"{row[f'{field}__host']}/{row[f'{field}__mask_length']}"
    return {"address": address, **more, "candidates": candidate_names(row, field)}
