"""What the checks of redundancy groups and virtual chassis share: their members."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from nautobot.dcim.models import Device

from ....toolkit.queries import collect


def members(field: str, **conditions: Any) -> QuerySet:
    """Subquery: the devices that name the group, which the outer query looks at, in a field."""
    return Device.objects.filter(**{field: OuterRef("pk")}, **conditions).order_by()


def visible_names(devices: QuerySet, user: Any, column: str = "name") -> Subquery:
    """Names of the devices, or values of a column of theirs, as far as the user may view them."""
    return collect(devices.filter(pk__in=Device.objects.restrict(user, "view").order_by().values("pk")), column)


def listed(names: list[str | None] | None) -> str:
    """The texts of a list that may have the same one several times, and None."""
    return ", ".join(sorted({name for name in names or () if name}))
