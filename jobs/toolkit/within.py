"""Addresses in chosen prefixes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from nautobot.ipam.models import IPAddress, Prefix

from .access import RefusalError, visible


def within(addresses: Any, user: Any, prefixes: Iterable[Prefix]) -> Any:
    """Those of a queryset of addresses that are in one of the prefixes, of the same namespace; all, if there are no prefixes.

    Raises:
        RefusalError: the user may not view one of the prefixes.
    """
    keys = {prefix.pk for prefix in prefixes}
    if not keys:
        return addresses
    seen = list(visible(user, Prefix).filter(pk__in=keys))
    if len(seen) < len(keys):
        raise RefusalError(f"Prefixes: you may not view {len(keys) - len(seen)} of those selected. Select others.")
    of_namespace: dict[Any, list[str]] = defaultdict(list)
    for prefix in seen:
        of_namespace[prefix.namespace_id].append(str(prefix.prefix))
    found = IPAddress.objects.none()
    for namespace, networks in of_namespace.items():
        found |= IPAddress.objects.filter(parent__namespace=namespace).net_host_contained(*networks)
    return addresses.filter(pk__in=found.order_by().values("pk"))
