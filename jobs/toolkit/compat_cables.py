"""The ends of cables, which differ between the supported versions of Nautobot (see `compat`)."""

# Like `compat`, this module asks older versions by the names of their fields.
# pylint: disable=nb-removed-cable-field,nb-removed-cable-peer-field,nb-deprecated-cable-lookup

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Count, Exists, F, FilteredRelation, Model, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from nautobot.dcim import models as dcim

from .compat import CABLED_COMPONENTS, CABLES_MAY_HANG

_CHUNK = 1000

# The fields of a cable's end for what a cable path can begin at, and the models behind them.
_ENDPOINTS = ("interface", "console_port", "console_server_port", "power_port", "power_outlet", "power_feed")


def attached_at(sides: int) -> Q:
    """Condition for cables, where `CABLES_MAY_HANG`: attached at none of their two sides, or at one only."""
    ends = dcim.CableToCableTermination.objects.order_by()
    if not sides:
        return ~Q(Exists(ends.filter(cable=OuterRef("pk"))))
    counted = ends.values("cable").annotate(_sides=Count("cable_end", distinct=True)).filter(_sides=sides)
    return Q(pk__in=counted.values("cable"))


def with_ends(cables: QuerySet) -> QuerySet:
    """Cables, prepared for `end_device` and `end_port`."""
    if not CABLES_MAY_HANG:
        return cables
    ends = {
        f"end_{side.lower()}": FilteredRelation(
            "terminations", condition=Q(terminations__cable_end=side, terminations__connector=1)
        )
        for side in "AB"
    }
    return cables.annotate(**ends)


def end_device(side: str, field: str, *, ports: tuple[str, ...] = CABLED_COMPONENTS) -> Any:
    """A field of the device at one end of a cable, "a" or "b", if the cable is attached to one of these ports there.

    Of breakout cables, at the first connector. By joins, for cables that are yet to be chosen: see `with_ends`.
    """
    if CABLES_MAY_HANG:
        return _first(*(F(f"end_{side}__{port}__device__{field}") for port in ports))
    kinds = [port.replace("_", "") for port in ports]
    return Case(
        When(
            **{
                f"termination_{side}_type__app_label": "dcim",
                f"termination_{side}_type__model__in": kinds,
                "then": F(f"_termination_{side}_device__{field}"),
            }
        )
    )


def end_port(side: str, field: str, *, ports: tuple[str, ...] = CABLED_COMPONENTS) -> Any:
    """A field of the port at one end of a cable; see `end_device`."""
    if CABLES_MAY_HANG:
        return _first(*(F(f"end_{side}__{port}__{field}") for port in ports))
    return _first(
        *(
            Subquery(_port_model(port).objects.filter(pk=OuterRef(f"termination_{side}_id")).values(field)[:1])
            for port in ports
        )
    )


def end_of_cable(side: str, path: str) -> Any:
    """A field of the port at one end of a cable, "a" or "b", by a path like "name" or "device__name".

    Of breakout cables, at the first connector in use. By a subquery, for the few cables that were chosen.
    """
    if not CABLES_MAY_HANG:
        if path.startswith("device__"):
            return F(f"_termination_{side}_device__{path.removeprefix('device__')}")
        return end_port(side, path)
    ends = dcim.CableToCableTermination.objects.filter(cable=OuterRef("pk"), cable_end=side.upper())
    value = _first(*(F(f"{port}__{path}") for port in CABLED_COMPONENTS))
    return Subquery(ends.annotate(_value=value).order_by("connector").values("_value")[:1])


def _first(*values: Any) -> Any:
    return Coalesce(*values) if len(values) > 1 else values[0]


def _port_model(port: str) -> type[Model]:
    return apps.get_model("dcim", port.replace("_", ""))


def ends_without(paths: QuerySet) -> Q:
    """Condition for cables: one of the ends, at which a path can begin, has no such path.

    Args:
        paths: cable paths; `_origin` and `_cable` of the outer query are the keys of the end and of the cable.
    """
    if CABLES_MAY_HANG:
        ends = dcim.CableToCableTermination.objects.filter(cable=OuterRef("pk")).annotate(
            _origin=Coalesce(*(F(f"{port}_id") for port in _ENDPOINTS)), _cable=F("cable_id")
        )
        return Q(Exists(ends.filter(~Exists(paths), _origin__isnull=False).order_by()))
    condition = Q()
    for side in "ab":
        kinds = Q()
        for port in _ENDPOINTS:
            kinds |= Q(
                **{
                    f"termination_{side}_type__app_label": "dcim",
                    f"termination_{side}_type__model": port.replace("_", ""),
                }
            )
        cable = dcim.Cable.objects.filter(kinds, pk=OuterRef("pk")).annotate(
            _origin=F(f"termination_{side}_id"), _cable=F("pk")
        )
        condition |= Q(Exists(cable.filter(~Exists(paths)).order_by()))
    return condition


def cables_at(
    ports: Mapping[type[Model], Collection[Any]],
) -> dict[tuple[str, Any], tuple[Any, frozenset[tuple[str, Any]]]]:
    """The cables of ports: by label and primary key of a port its cable, and all that the cable is attached to.

    Args:
        ports: models to primary keys.
    """
    found: dict[Any, set[tuple[str, Any]]] = {}
    for model, keys in ports.items():
        wanted = sorted(set(keys), key=str)
        for start in range(0, len(wanted), _CHUNK):
            for cable, end in _cable_ends(_touching(model, wanted[start : start + _CHUNK])):
                found.setdefault(cable, set()).add(end)
    cables = {}
    for start in range(0, len(found), _CHUNK):
        chunk = sorted(found, key=str)[start : start + _CHUNK]
        cables.update({cable.pk: cable for cable in dcim.Cable.objects.filter(pk__in=chunk)})
    return {end: (cables[pk], frozenset(ends)) for pk, ends in found.items() for end in ends}


def _touching(model: type[Model], keys: list[Any]) -> list[Any]:
    if CABLES_MAY_HANG:
        column = dcim.cables.termination_fk_field(model)
        ends = dcim.CableToCableTermination.objects.filter(**{f"{column}__in": keys})
        return list(ends.values_list("cable_id", flat=True).distinct().order_by("cable_id"))
    kind = ContentType.objects.get_for_model(model)
    either = Q(termination_a_type=kind, termination_a_id__in=keys) | Q(
        termination_b_type=kind, termination_b_id__in=keys
    )
    return list(dcim.Cable.objects.filter(either).values_list("pk", flat=True).order_by("pk"))


def _cable_ends(cables: list[Any]) -> Iterator[tuple[Any, tuple[str, Any]]]:
    if CABLES_MAY_HANG:
        columns = {
            each.attname: each.related_model._meta.label_lower
            for each in dcim.CableToCableTermination._meta.concrete_fields
            if each.is_relation and each.name != "cable"
        }
        for row in dcim.CableToCableTermination.objects.filter(cable__in=cables).values("cable_id", *columns):
            yield from ((row["cable_id"], (label, row[name])) for name, label in columns.items() if row[name])
        return
    for cable in dcim.Cable.objects.filter(pk__in=cables):
        for side in "ab":
            kind = ContentType.objects.get_for_id(getattr(cable, f"termination_{side}_type_id"))
            yield cable.pk, (f"{kind.app_label}.{kind.model}", getattr(cable, f"termination_{side}_id"))
