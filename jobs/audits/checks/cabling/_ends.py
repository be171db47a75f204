"""What the checks of cables share: what is at their ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from nautobot.dcim.models import Device

from ....toolkit.compat_cables import end_of_cable
from ....toolkit.queries import truth

SIDES = ("a", "b")
COLUMNS = tuple(f"{side}_{name}" for side in SIDES for name in ("device_name", "port_name", "seen"))


def with_names(cables: QuerySet, user: Any) -> QuerySet:
    """Cables with what `names` needs (COLUMNS)."""
    for side in SIDES:
        device = end_of_cable(side, "device__pk")
        seen = Device.objects.restrict(user, "view").filter(pk=OuterRef(f"{side}_device_seen")).order_by()
        cables = cables.annotate(
            **{
                f"{side}_device_seen": device,
                f"{side}_device_name": end_of_cable(side, "device__name"),
                f"{side}_port_name": end_of_cable(side, "name"),
            }
        ).annotate(**{f"{side}_seen": truth(Exists(seen))})
    return cables


def names(row: Mapping[str, Any]) -> dict[str, str]:
    """Details: the ends of a cable that are on devices which the user may view."""
    return {f"{side.upper()} end": name(row, side) for side in SIDES}


def name(row: Mapping[str, Any], side: str) -> str:
    """What is at one end: "ams01-core-01 Ethernet1"; "" if there is no device, or none that the user may view."""
    if not row[f"{side}_seen"]:
        return ""
    return f"{row[f'{side}_device_name'] or ''} {row[f'{side}_port_name'] or ''}".strip()
