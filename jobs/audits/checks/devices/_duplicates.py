"""What the checks of serial numbers and asset tags share: who else has the same, case and outer blanks aside."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, Lower, Trim
from nautobot.dcim.models import Device, InventoryItem, Module, Rack

from ....toolkit.compat import MODULE_TO_DEVICE, module_device_value
from ....toolkit.queries import collect

# What people type where they have no number.
PLACEHOLDERS = ("-", "--", "?", "0", "n/a", "na", "nil", "none", "not available", "null", "tbd", "unknown", "x", "xxx")

SERIALS = (Device, Module, InventoryItem)
ASSET_TAGS = (Device, Module, InventoryItem, Rack)


def folded(field: str) -> Lower:
    """A text without outer blanks, in lower case."""
    return Lower(Trim(field))


def with_others(objects: QuerySet, field: str, models: tuple[type[Model], ...], user: Any) -> QuerySet:
    """The objects whose text in a field is also that of another object of one of the models.

    Returns:
        the objects, each with the names of the others, as far as the user may view them: see `columns`, `names_of`.
    """
    objects = objects.annotate(folded=folded(field)).exclude(folded="").exclude(folded__in=PLACEHOLDERS)
    objects = objects.exclude(folded=None)
    conditions, names = [], {}
    for model in models:
        every = model._default_manager.annotate(folded=folded(field)).order_by()
        alike = _elsewhere(every.filter(folded=OuterRef("folded")), objects.model, model)
        # The first half, which the database answers once for all, leaves few objects for the second.
        texts = every.exclude(**{field: ""}).values("folded")
        if model is objects.model:
            texts = texts.annotate(_times=Count("pk")).filter(_times__gt=1).values("folded")
        conditions.append(Q(folded__in=texts.exclude(folded=None)) & Q(Exists(alike)))
        visible = model._default_manager.restrict(user, "view").order_by().values("pk")
        names[f"names_{model._meta.model_name}"] = collect(alike.filter(pk__in=visible), _name(model))
    return objects.filter(reduce(or_, conditions)).annotate(**names)


def names_of(row: Mapping[str, Any]) -> str:
    """Names of the others, for a row with the annotations of `with_others`."""
    collected = (row.get(f"names_{model._meta.model_name}") for model in ASSET_TAGS)
    return ", ".join(sorted({name for names in collected for name in names or () if name}))


def columns(models: tuple[type[Model], ...]) -> list[str]:
    """The annotations of `with_others` to ask for."""
    return [f"names_{model._meta.model_name}" for model in models]


def _elsewhere(alike: QuerySet, model: type[Model], other: type[Model]) -> QuerySet:
    """Without the object itself, and without the parts that stand for the object itself, such as an item "Chassis"."""
    if model is other:
        return alike.exclude(pk=OuterRef("pk"))
    device_of: dict[type[Model], list[str]] = {Module: MODULE_TO_DEVICE, InventoryItem: ["device"]}
    if model is Device:
        for path in device_of.get(other, ()):
            alike = alike.exclude(**{path: OuterRef("pk")})
    elif other is Device and model in device_of:
        for path in device_of[model]:
            alike = alike.exclude(pk=Coalesce(OuterRef(path), OuterRef("pk")))
    elif {model, other} == {Module, InventoryItem}:
        # The module that is installed, and the item that a poller found in the same device.
        own = Coalesce(*(OuterRef(path) for path in device_of[model]), OuterRef("pk"))
        for path in device_of[other]:
            alike = alike.exclude(**{path: own})
    return alike


def _name(model: type[Model]) -> Any:
    if model is Rack:
        return Concat(Value("rack "), "name")
    if model is Device:
        return Coalesce("name", Concat("device_type__manufacturer__name", Value(" "), "device_type__model"))
    if model is InventoryItem:
        return Concat(Coalesce("device__name", Value("")), Value(" "), "name")
    return Concat(Coalesce(module_device_value("name"), Value("")), Value(" "), F("module_type__model"))
