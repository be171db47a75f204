"""What the checks of interfaces with addresses share."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from nautobot.ipam.models import IPAddress, IPAddressToInterface

from ....toolkit.queries import Hex, collect


def assigned() -> QuerySet:
    """Addresses of the interface that the outer query looks at."""
    return IPAddressToInterface.objects.filter(interface=OuterRef("pk")).order_by()


def visible_addresses(user: Any) -> Subquery:
    """For `names`: the addresses of the interface that the user may view."""
    seen = IPAddress.objects.restrict(user, "view").filter(pk=OuterRef("ip_address")).order_by()
    return collect(
        assigned().filter(Exists(seen)), JSONObject(host=Hex("ip_address__host"), mask="ip_address__mask_length")
    )


def names(addresses: Iterable[dict[str, Any]] | None) -> str:
    """The addresses as text: "192.0.2.1/24, 2001:db8::1/64"."""
    hosts = [(ip_address(bytes.fromhex(address["host"])), address["mask"]) for address in addresses or ()]
    return ", ".join(f"{host}/{mask}" for host, mask in sorted(hosts, key=lambda pair: (pair[0].version, *pair)))
