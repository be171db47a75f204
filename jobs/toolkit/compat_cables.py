"""The ends of cables, which differ between the supported versions of Nautobot (see `compat`)."""

# Like `compat`, this module asks older versions by the names of their fields.
# pylint: disable=nb-removed-cable-field,nb-removed-cable-peer-field,nb-deprecated-cable-lookup,nb-removed-termination-a-b-field

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Count, Exists, F, FilteredRelation, Model, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from nautobot.dcim import models as dcim

from .compat import CABLED_COMPONENTS, CABLES_MAY_HANG
from .plan import Plan

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


def keys_of_cables_at(label: str, ports: Sequence[Any]) -> set[Any]:
    """Primary keys of the cables at ports.

    Args:
        label: model of the ports.
        ports: their primary keys.
    """
    if CABLES_MAY_HANG:
        field = dcim.cables.termination_fk_field(apps.get_model(label))
        rows = dcim.CableToCableTermination.objects.filter(**{f"{field}__in": ports})
        return set(rows.order_by().values_list("cable_id", flat=True))
    kind = ContentType.objects.get_for_model(apps.get_model(label))
    either = Q(termination_a_type=kind, termination_a_id__in=ports) | Q(
        termination_b_type=kind, termination_b_id__in=ports
    )
    return set(dcim.Cable.objects.filter(either).order_by().values_list("pk", flat=True))


def end_of(cable: dcim.Cable, side: str, connector: int, port: Model) -> Model:
    """The row, not saved, that attaches a cable to a port; since 3.2."""
    field = dcim.cables.termination_fk_field(port)
    row: Model = dcim.CableToCableTermination(cable=cable, cable_end=side, connector=connector, **{field: port})
    return row


class CableEnd(NamedTuple):
    """One end of a cable.

    Args:
        cable: primary key of the cable.
        side: "a" or "b".
        label: model of what it ends at: "dcim.interface".
        pk: primary key of what it ends at.
        row: the row that attaches it, which names what it ends at in its field `field`; None before 3.2.
        field: "interface"; "" before 3.2.
    """

    cable: Any
    side: str
    label: str
    pk: Any
    row: Any = None
    field: str = ""

    @property
    def connector(self) -> int:
        """Number of the connector; 1 but at cables of breakout types."""
        return 1 if self.row is None else int(self.row.connector)


def cable_ends(cables: Iterable[Any]) -> Iterator[CableEnd]:
    """The ends of cables, given by primary keys."""
    if not CABLES_MAY_HANG:
        for cable in dcim.Cable.objects.filter(pk__in=list(cables)).order_by("pk"):
            for side in "ab":
                kind = ContentType.objects.get_for_id(getattr(cable, f"termination_{side}_type_id"))
                label = f"{kind.app_label}.{kind.model}"
                yield CableEnd(cable.pk, side, label, getattr(cable, f"termination_{side}_id"))
        return
    labels = dcim.cables.TERMINATION_FK_TO_CONTENT_TYPE
    rows = dcim.CableToCableTermination.objects.filter(cable__in=list(cables))
    for row in rows.order_by("cable", "cable_end", "connector"):
        for field in dcim.cables.TERMINATION_FK_FIELDS:
            pk = getattr(row, f"{field}_id")
            if pk is not None:
                yield CableEnd(row.cable_id, row.cable_end.lower(), ".".join(labels[field]), pk, row, field)


def moved_cable(
    plan: Plan, cable: dcim.Cable, ends: Sequence[CableEnd], moved: Mapping[CableEnd, Any], *, reason: str
) -> None:
    """Plan that ends of a cable go to other ports. Before 3.2 a cable cannot be moved: another one takes its place.

    Args:
        plan: the plan to add to.
        cable: the cable.
        ends: all of its ends.
        moved: those that move, to their new ports.
        reason: why.
    """
    if CABLES_MAY_HANG:
        for end, port in moved.items():
            plan.update(end.row, reason=reason, verb="move", **{end.field: port})
        return
    ports: dict[str, Any] = {}
    columns: dict[str, Any] = {}  # by key, since what is loaded now still names the cable that goes
    for end in ends:
        port = moved.get(end) or apps.get_model(end.label)._default_manager.get(pk=end.pk)
        ports[f"termination_{end.side}"] = port
        columns[f"termination_{end.side}_type"] = ContentType.objects.get_for_model(port)
        columns[f"termination_{end.side}_id"] = port.pk
    copied = ("type", "status", "label", "color", "length", "length_unit", "_custom_field_data")
    values = {name: getattr(cable, name) for name in copied}
    plan.delete(cable, reason=reason, verb="disconnect")
    plan.create(
        dcim.Cable(**values, **columns), reason=reason, verb="connect", ends=ports, tags=list(cable.tags.order_by("pk"))
    )


def end_rows(cable: str, ends: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], tuple[str, str]]]:
    """The rows that attach a cable, each with model and primary key of its port; none before 3.2, where cables have fields.

    Args:
        cable: primary key of the cable.
        ends: as the REST API tells them: "a1" and so on to a mapping with object_type and id.
    """
    for name in sorted(ends) if CABLES_MAY_HANG else ():
        if ends[name]:
            label, pk = ends[name]["object_type"], ends[name]["id"]
            port = dcim.cables.termination_fk_field(apps.get_model(label))
            yield {"cable": cable, "cable_end": name[0].upper(), "connector": int(name[1:]), port: pk}, (label, pk)


def loose_ends(cables: Sequence[str]) -> dict[str, list[str]]:
    """Which sides of these cables are not attached: "a1" and "b1". Breakout cables are left out, and none are before 3.2."""
    if not CABLES_MAY_HANG:
        return {}
    found = {
        str(pk): ["b1", "a1"]
        for pk in dcim.Cable.objects.filter(pk__in=cables, cable_type=None).values_list("pk", flat=True)
    }
    for cable, side in dcim.CableToCableTermination.objects.filter(cable__in=cables).values_list(
        "cable_id", "cable_end"
    ):
        if str(cable) in found:
            found[str(cable)].remove(f"{side.lower()}1")
    return found
