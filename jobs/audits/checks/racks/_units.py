"""What the checks of racks share: which rack units a device takes up."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from nautobot.dcim.models import Device

from ....toolkit.queries import collect


def mounted(devices: QuerySet) -> QuerySet:
    """The devices that take up units of a rack, each with `top`, the highest one; `position` is the lowest."""
    return devices.filter(rack__isnull=False, position__gte=1, device_type__u_height__gte=1).annotate(
        top=F("position") + F("device_type__u_height") - 1
    )


def in_the_way() -> QuerySet:
    """Subquery: the devices that take up units of the device that the outer query looks at (one of `mounted`).

    Two devices on different faces share a unit if neither has full depth.
    """
    others = mounted(Device.objects.filter(rack=OuterRef("rack"))).exclude(pk=OuterRef("pk")).order_by()
    deep = Q(device_type__is_full_depth=True) | Q(face=OuterRef("face"))
    return others.annotate(outer_deep=ExpressionWrapper(OuterRef("device_type__is_full_depth"), BooleanField())).filter(
        deep | Q(outer_deep=True), position__lte=OuterRef("top"), top__gte=OuterRef("position")
    )


def visible_names(devices: QuerySet, user: Any) -> Subquery:
    """Names of the devices that the user may view."""
    return collect(devices.filter(pk__in=Device.objects.restrict(user, "view").order_by().values("pk")), "name")


def listed(names: list[str | None] | None) -> str:
    """The texts of a list that may have the same one several times, and None."""
    return ", ".join(sorted({name for name in names or () if name}))


def units(numbers: set[int] | list[int]) -> str:
    """Rack units in words: "U1-U3, U7"."""
    ranges: list[list[int]] = []
    for number in sorted(set(numbers)):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ", ".join(f"U{first}" if first == last else f"U{first}-U{last}" for first, last in ranges)
