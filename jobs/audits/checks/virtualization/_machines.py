"""What the virtualization checks share: the addresses of virtual machines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any

from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from nautobot.ipam.models import IPAddress, IPAddressToInterface
from nautobot.virtualization.models import Cluster, VMInterface

from ....toolkit.queries import Hex, collect, visible_value

_MOST_CANDIDATES = 5

FIELDS = {"primary_ip4": "primary IPv4 address", "primary_ip6": "primary IPv6 address"}


def interfaces() -> QuerySet:
    """Subquery: the interfaces of the outer virtual machine."""
    return VMInterface.objects.filter(virtual_machine=OuterRef("pk")).order_by()


def assignments() -> QuerySet:
    """Subquery: the addresses assigned to interfaces of the outer virtual machine."""
    return IPAddressToInterface.objects.filter(vm_interface__virtual_machine=OuterRef("pk")).order_by()


def with_candidates(machines: QuerySet, user: Any) -> QuerySet:
    """Annotate virtual machines with `candidates`: their addresses, on interfaces, that the user may view."""
    visible = assignments().filter(
        ip_address__in=IPAddress.objects.restrict(user, "view").order_by().values("pk"),
        vm_interface__in=VMInterface.objects.restrict(user, "view").order_by().values("pk"),
    )
    candidate = JSONObject(host=Hex("ip_address__host"), mask="ip_address__mask_length", interface="vm_interface__name")
    return machines.annotate(candidates=collect(visible, candidate))


def with_cluster(machines: QuerySet, user: Any) -> QuerySet:
    """Annotate virtual machines with `cluster_name`, if the user may view the cluster."""
    return machines.annotate(cluster_name=visible_value(Cluster, user, "cluster"))


def candidate_names(row: Mapping[str, Any]) -> str:
    """The candidates of a row as text: "10.16.20.11/24 on eth0"."""
    found = sorted(
        (len(each["host"]), ip_address(bytes.fromhex(each["host"])), each["mask"], each["interface"])
        for each in row["candidates"] or ()
    )
    return some(f"{host}/{mask} on {interface}" for _, host, mask, interface in found)


def some(names: Iterable[str]) -> str:
    """The first of the names, and how many more there are."""
    listed = list(names)
    if len(listed) > _MOST_CANDIDATES:
        listed[_MOST_CANDIDATES:] = [f"{len(listed) - _MOST_CANDIDATES} more"]
    return ", ".join(listed)
