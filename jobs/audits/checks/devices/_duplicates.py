"""What the checks of serial numbers and asset tags share: who else has the same, case and outer blanks aside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any, NamedTuple

from django.db.models import CharField, F, Model, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Coalesce, Concat, Lower, Trim
from nautobot.dcim.models import Device, InventoryItem, Module, Rack
from nautobot.virtualization.models import VirtualMachine

from ....toolkit.checks import Check, Context
from ....toolkit.compat import module_device_value
from ....toolkit.findings import Finding
from ....toolkit.queries import may_view, several_times

# What people type where they have no number.
PLACEHOLDERS = ("-", "--", "?", "0", "n/a", "na", "nil", "none", "not available", "null", "tbd", "unknown", "x", "xxx")

# How many others are named.
_NAMED = 10

SERIALS = (Device, Module, InventoryItem)
ASSET_TAGS = (Device, Module, InventoryItem, Rack)
NAMES = (Device, VirtualMachine)


class _Holder(NamedTuple):
    text: str
    kind: str
    pk: Any
    device: Any
    name: str
    visible: bool


def folded(field: str) -> Lower:
    """A text without outer blanks, in lower case."""
    return Lower(Trim(field))


def others(
    model: type[Model], field: str, models: tuple[type[Model], ...], user: Any, ignored: tuple[str, ...] = PLACEHOLDERS
) -> dict[Any, str]:
    """The objects of a model whose text in a field is also that of another object of one of the models.

    A question of its own, before that about the objects: there is no index for folded texts, and to look for the others
    of each object would be to read the whole table for each.

    Returns:
        primary key to the names of the first of the others, as far as the user may view them.
    """
    alike = defaultdict(list)
    for row in _all_alike(field, models, user, ignored).iterator(chunk_size=2000):
        holder = _Holder(*row)
        alike[holder.text].append(holder)
    kind = model._meta.model_name
    found = {}
    for holders in alike.values():
        holders.sort(key=lambda holder: (not holder.visible, holder.name))
        for one in (holder for holder in holders if holder.kind == kind):
            rest = (other for other in holders if not _same_thing(one, other))
            if first := list(islice(rest, _NAMED + 1)):
                names = sorted({other.name for other in first[:_NAMED] if other.visible})
                found[one.pk] = ", ".join([*names, "and more"] if len(first) > _NAMED else names)
    return found


def serial_findings(check: Check, objects: QuerySet, context: Context) -> Iterator[Finding]:
    """A finding for each object whose serial number is also that of something else."""
    also = others(objects.model, "serial", SERIALS, context.user)
    for row in check.rows(objects.filter(pk__in=list(also)), "serial"):
        yield check.finding(
            row,
            context,
            "The serial number is also that of other hardware.",
            details={"serial": row["serial"].strip(), "also on": also[row["pk"]]},
        )


def _same_thing(one: _Holder, other: _Holder) -> bool:
    """A device and a part of it that stands for it, such as an item "Chassis"; a module and the item that is the module."""
    return one.pk == other.pk or (one.kind != other.kind and one.device is not None and one.device == other.device)


def _all_alike(field: str, models: tuple[type[Model], ...], user: Any, ignored: tuple[str, ...]) -> QuerySet:
    """All holders of a text that several objects have."""
    holders = []
    for model in models:
        texts = [_texts(each, field) for each in models if each is not model]
        twice = several_times(_holders(model, field), "_text")
        known = model._default_manager.annotate(_text=folded(field)).order_by()
        holders.append(
            known.filter(reduce(or_, (Q(_text__in=query) for query in (twice, *texts))))
            .exclude(_text__in=("", *ignored))
            .annotate(
                _kind=Value(model._meta.model_name, output_field=CharField()),
                _device=_device(model),
                _called=_called(model),
                _visible=may_view(user, model),
            )
            .values_list("_text", "_kind", "pk", "_device", "_called", "_visible")
        )
    return holders[0].union(*holders[1:], all=True)


def _texts(model: type[Model], field: str) -> QuerySet:
    return _holders(model, field).values("_text")


def _holders(model: type[Model], field: str) -> QuerySet:
    named = model._default_manager.exclude(**{field: None}).exclude(**{field: ""}).order_by()
    return named.annotate(_text=folded(field))


def _device(model: type[Model]) -> Any:
    paths = {Device: F("pk"), InventoryItem: F("device_id"), Module: module_device_value("pk")}
    return paths.get(model, Value(None, output_field=UUIDField()))


def _called(model: type[Model]) -> Any:
    if model is VirtualMachine:
        return Concat(Value("virtual machine "), "name")
    if model is Rack:
        return Concat(Value("rack "), "name")
    if model is Device:
        return Coalesce("name", Concat("device_type__manufacturer__name", Value(" "), "device_type__model"))
    if model is InventoryItem:
        return Concat(Coalesce("device__name", Value("")), Value(" "), "name")
    return Concat(Coalesce(module_device_value("name"), Value("")), Value(" "), "module_type__model")
