"""Hosts of an inventory: devices and virtual machines as plain values, streamed, with names that are names everywhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from nautobot.dcim.models import Device, Location, Platform
from nautobot.extras.models import TaggedItem
from nautobot.ipam.models import IPAddress

from ..toolkit.access import visible
from ..toolkit.scope import Scope

DEVICE, MACHINE = "dcim.device", "virtualization.virtualmachine"
# Names that mean something else to Ansible.
_TAKEN = frozenset({"all", "ungrouped", "localhost"})
_LONGEST_LABEL = 63
_LONGEST_DNS = 253
_NOTHING = Value("")


@dataclass(frozen=True, slots=True)
class Host:
    """One device or virtual machine. Texts are "" where there is nothing.

    Args:
        alias: a name that no other host of the inventory has: letters, digits, dots, hyphens and underscores.
        dns: the same for the DNS, in lower case.
        name: as Nautobot has it.
        kind: "device" or "virtual machine".
        address: the primary address, of the family that is preferred where there are two.
        ipv4, ipv6: the primary addresses.
        location: full name from the top: "EMEA / AMS01".
        locations: names of the locations from the top.
        network_driver: of the platform.
        network_os: what Ansible calls the platform.
        tags: sorted.
        custom_fields: by key, those that have a value.
        pk: primary key.
    """

    alias: str
    dns: str
    name: str
    kind: str
    address: str
    ipv4: str
    ipv6: str
    status: str
    role: str
    platform: str
    network_driver: str
    network_os: str
    tenant: str
    location: str
    locations: tuple[str, ...]
    rack: str
    cluster: str
    manufacturer: str
    device_type: str
    serial: str
    asset_tag: str
    tags: tuple[str, ...]
    custom_fields: dict[str, Any]
    pk: str


TEXTS = tuple(each.name for each in fields(Host) if each.type == "str")


def hosts(user: Any, scope: Scope, *, machines: bool, prefer: int, domain: str) -> Generator[Host, None, None]:
    """The hosts of a scope, by name, devices first; the number of queries does not depend on how many there are.

    Args:
        user: who asks. Addresses that the user may not view stay out.
        scope: which devices, and which virtual machines.
        machines: virtual machines as well.
        prefer: 4 or 6.
        domain: of the hosts, in lower case: what a name ends with is taken off for `dns`. "" for none.
    """
    querysets = [scope.of(DEVICE), *([scope.of(MACHINE)] if machines else [])]
    names = Counter(
        (name or "").lower()
        for objects in querysets
        for name in objects.order_by().values_list("name", flat=True).iterator(10_000)
    )
    paths, naming = _paths(), _Naming(names, domain)
    for objects in querysets:
        yield from _of_one_model(user, objects, paths, naming, prefer)


def _paths() -> dict[UUID, tuple[str, ...]]:
    """Names from the top, of each location. A name may have a slash in it, so that a full name does not tell."""
    tree = Location.objects.without_tree_fields().order_by()
    rows = {pk: (name, parent) for pk, name, parent in tree.values_list("pk", "name", "parent_id")}
    paths: dict[UUID, tuple[str, ...]] = {}

    def path(pk: UUID) -> tuple[str, ...]:
        if pk not in paths:
            name, parent = rows[pk]
            paths[pk] = (*path(parent), name) if parent else (name,)
        return paths[pk]

    for pk in rows:
        path(pk)
    return paths


def _of_one_model(
    user: Any, objects: QuerySet, paths: Mapping[UUID, tuple[str, ...]], naming: _Naming, prefer: int
) -> Iterator[Host]:
    device = objects.model is Device
    tags = _tags(objects)
    for row in _rows(user, objects, device).iterator(2000):
        path = paths.get(row["place"], ())
        driver = row["platform__network_driver"] or ""
        ipv4, ipv6 = str(row["ipv4"] or ""), str(row["ipv6"] or "")
        alias, dns = naming.of(row["name"] or "", row["pk"])
        yield Host(
            alias=alias,
            dns=dns,
            name=row["name"] or "",
            kind="device" if device else "virtual machine",
            address=(ipv4 or ipv6) if prefer == 4 else (ipv6 or ipv4),
            ipv4=ipv4,
            ipv6=ipv6,
            status=row["status__name"] or "",
            role=row["role__name"] or "",
            platform=row["platform__name"] or "",
            network_driver=driver,
            network_os=_network_os(driver),
            tenant=row["tenant__name"] or "",
            location=" / ".join(path),
            locations=path,
            rack=row["rack_name"] or "",
            cluster=row["cluster_name"] or "",
            manufacturer=row["maker"] or "",
            device_type=row["kind_of"] or "",
            serial=row["serial_number"] or "",
            asset_tag=row["asset"] or "",
            tags=tuple(sorted(tags.get(row["pk"], ()))),
            custom_fields={
                key: value
                for key, value in sorted((row["_custom_field_data"] or {}).items())
                if value not in (None, "", [])
            },
            pk=str(row["pk"]),
        )


def _rows(user: Any, objects: QuerySet, device: bool) -> QuerySet:
    """One query for all of them."""
    addresses = visible(user, IPAddress).order_by()
    only = {
        "place": F("location_id") if device else F("cluster__location_id"),
        "rack_name": F("rack__name") if device else _NOTHING,
        "cluster_name": _NOTHING if device else F("cluster__name"),
        "maker": F("device_type__manufacturer__name") if device else _NOTHING,
        "kind_of": F("device_type__model") if device else _NOTHING,
        "serial_number": F("serial") if device else _NOTHING,
        "asset": F("asset_tag") if device else _NOTHING,
    }
    return (
        objects.annotate(
            ipv4=Subquery(addresses.filter(pk=OuterRef("primary_ip4_id")).values("host")[:1]),
            ipv6=Subquery(addresses.filter(pk=OuterRef("primary_ip6_id")).values("host")[:1]),
            **only,
        )
        .order_by("name", "pk")
        .values(
            "pk",
            "name",
            "status__name",
            "role__name",
            "platform__name",
            "platform__network_driver",
            "tenant__name",
            "_custom_field_data",
            "ipv4",
            "ipv6",
            *only,
        )
    )


def _tags(objects: QuerySet) -> dict[UUID, list[str]]:
    """Names of tags by primary key of the object, of those that have any."""
    found: dict[UUID, list[str]] = {}
    rows = TaggedItem.objects.filter(
        content_type=ContentType.objects.get_for_model(objects.model), object_id__in=objects.order_by().values("pk")
    )
    for pk, name in rows.order_by().values_list("object_id", "tag__name").iterator(10_000):
        found.setdefault(pk, []).append(name)
    return found


@cache
def _network_os(driver: str) -> str:
    return str(Platform(network_driver=driver).network_driver_mappings.get("ansible") or "") if driver else ""


class _Naming:
    """Names that are valid, and different from each other: what has to be changed gets a piece of the primary key.

    It gets that whether or not the changed name would do, so that the name of a host depends on its own alone, and on
    others only where they have the same.
    """

    def __init__(self, names: Counter[str], domain: str) -> None:
        self._names, self._domain = names, domain
        self._seen: tuple[set[str], set[str]] = set(), set()

    def of(self, name: str, pk: UUID) -> tuple[str, str]:
        """Alias and name for the DNS."""
        several = self._names[name.lower()] > 1
        found = [_alias(name, pk, several), self._dns(name, pk, several)]
        for place, seen in enumerate(self._seen):
            if found[place].lower() in seen:  # a name that ends with a piece of another's primary key
                found[place] = f"host-{pk}"
            seen.add(found[place].lower())
        return found[0], found[1]

    def _dns(self, name: str, pk: UUID, several: bool) -> str:
        wanted = name.lower()
        if self._domain and wanted.endswith(f".{self._domain}"):
            wanted = wanted.removesuffix(f".{self._domain}")
        labels = [re.sub(r"[^a-z0-9-]+", "-", label).strip("-") for label in wanted.split(".")]
        labels = [label for label in labels if label] or ["host"]
        short = [label[:_LONGEST_LABEL].strip("-") for label in labels]
        if ".".join(short) == wanted and not several and len(wanted) + len(self._domain) < _LONGEST_DNS:
            return wanted
        short[0] = f"{short[0][: _LONGEST_LABEL - 9].strip('-')}-{pk.hex[:8]}"
        found = ".".join(short)
        return found if len(found) + len(self._domain) < _LONGEST_DNS else f"host-{pk}"


def _alias(name: str, pk: UUID, several: bool) -> str:
    clean = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._-")
    if clean == name and not several and name.lower() not in _TAKEN:
        return name
    return f"{clean or 'host'}_{pk.hex[:8]}"
