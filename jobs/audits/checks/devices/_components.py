"""What the checks of components share: ports and bays of devices beside the templates of their device types."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Concat
from nautobot.dcim import models as dcim
from nautobot.dcim.constants import NONCONNECTABLE_IFACE_TYPES

from ....toolkit.compat import COMPONENT_TO_DEVICE
from ....toolkit.queries import collect


class Kind(NamedTuple):
    """One kind of component: what it is called, its model and that of its templates, and the path to its device."""

    label: str
    model: type[Model]
    template: type[Model]
    device: str = "device"

    @property
    def column(self) -> str:
        """The annotation with the names of components of this kind."""
        return f"{self.model._meta.model_name}_names"

    @property
    def device_paths(self) -> list[str]:
        """Paths to the device, those through modules included."""
        return COMPONENT_TO_DEVICE if hasattr(self.model, "module") else [self.device]


PORTS = (
    Kind("interfaces", dcim.Interface, dcim.InterfaceTemplate),
    Kind("console ports", dcim.ConsolePort, dcim.ConsolePortTemplate),
    Kind("console server ports", dcim.ConsoleServerPort, dcim.ConsoleServerPortTemplate),
    Kind("power ports", dcim.PowerPort, dcim.PowerPortTemplate),
    Kind("power outlets", dcim.PowerOutlet, dcim.PowerOutletTemplate),
    Kind("front ports", dcim.FrontPort, dcim.FrontPortTemplate),
    Kind("rear ports", dcim.RearPort, dcim.RearPortTemplate),
)
KINDS = (
    *PORTS,
    Kind("device bays", dcim.DeviceBay, dcim.DeviceBayTemplate),
    Kind("module bays", dcim.ModuleBay, dcim.ModuleBayTemplate, "parent_device"),
)
# Of names that belong to a port, these come after it: Ethernet1/1 and Ethernet1/2, or xe-0/0/1:0, of a breakout.
_LANES = ("/", ":")


class _Renumbered(Func):
    """A name without its first number before a slash: Gi2/0/1 and Gi1/0/1 are the same port of two members of a stack."""

    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="REGEXP_REPLACE(%(expressions)s, '[0-9]+/', '#/')", **context)

    def as_mysql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        template = "REGEXP_REPLACE(%(expressions)s, '[0-9]+/', '#/', 1, 1)"
        return self.as_sql(compiler, connection, template=template, **context)


def in_stack_name(device: str, name: str = "name") -> Case:
    """The name without the number of the member, for components of members of a virtual chassis; else NULL."""
    return Case(When(**{f"{device}virtual_chassis__isnull": False}, then=_Renumbered(name)), default=None)


def missing(devices: QuerySet) -> QuerySet:
    """Devices that lack a component of their type; the column of each kind has the names (None: none lacking).

    A name with its first number changed stands for the same port on members of a virtual chassis. Where a port is
    broken out, its lanes stand for it: only the column of names knows that, so devices may be left without any.
    """
    lacking, names = [], {}
    for kind in KINDS:
        path = f"device_type__{kind.template._meta.get_field('device_type').related_query_name()}"
        wanted = devices.order_by().filter(**{f"{path}__isnull": False})
        wanted = wanted.annotate(_wanted=F(f"{path}__name"), _stacked=in_stack_name("", f"{path}__name"))
        templates = kind.template.objects.filter(device_type=OuterRef("device_type")).order_by()
        for there in kind.device_paths:
            components = kind.model.objects.order_by()
            wanted = wanted.filter(~Exists(components.filter(**{there: OuterRef("pk")}, name=OuterRef("_wanted"))))
            near = components.filter(**{there: OuterRef(OuterRef("pk"))})
            lane = [near.annotate(_port=Concat(OuterRef("name"), Value(sign))) for sign in _LANES]
            templates = templates.filter(
                ~Exists(near.filter(name=OuterRef("name"))),
                *(~Exists(lanes.filter(name__startswith=F("_port"))) for lanes in lane),
            )
        stacked = kind.model.objects.order_by().annotate(_stacked=in_stack_name(f"{kind.device}__"))
        same = stacked.filter(**{f"{kind.device}__virtual_chassis__isnull": False})
        lacking.append(
            wanted.filter(~Exists(same.filter(**{kind.device: OuterRef("pk")}, _stacked=OuterRef("_stacked"))))
        )
        templates = templates.annotate(_stacked=_Renumbered("name")).filter(
            ~Exists(same.filter(**{kind.device: OuterRef(OuterRef("pk"))}, _stacked=OuterRef("_stacked")))
        )
        names[kind.column] = collect(templates, "name")
    return devices.filter(_any_in("pk", [query.values("pk") for query in lacking])).annotate(**names)


def extra(devices: QuerySet) -> QuerySet:
    """Devices with a component that their type does not have; the column of each kind of PORTS has the names.

    Only kinds of which the type has at least one are judged. Never extra are components of modules, virtual and
    wireless interfaces and those below another one; nor, for which see `missing`, renumbered and broken out ones.
    """
    surplus, names = [], {}
    for kind in PORTS:
        templates = kind.template.objects.exclude(device_type=None).order_by()
        components = kind.model.objects.order_by().filter(device__isnull=False, module__isnull=True)
        if kind.model is dcim.Interface:
            components = components.exclude(type__in=NONCONNECTABLE_IFACE_TYPES).filter(parent_interface__isnull=True)
        components = components.filter(device__device_type__in=templates.values("device_type")).annotate(
            _stacked=in_stack_name("device__")
        )
        of_type = templates.filter(device_type=OuterRef("device__device_type"))
        components = components.filter(
            ~Exists(of_type.filter(name=OuterRef("name"))),
            ~Exists(of_type.annotate(_anywhere=_Renumbered("name")).filter(_anywhere=OuterRef("_stacked"))),
        )
        surplus.append(components.filter(device__in=devices.order_by().values("pk")))
        for sign in _LANES:
            ports = of_type.annotate(
                _port=Concat("name", Value(sign)), _lane=ExpressionWrapper(OuterRef("name"), output_field=CharField())
            )
            components = components.filter(~Exists(ports.filter(_lane__startswith=F("_port"))))
        names[kind.column] = collect(components.filter(device=OuterRef("pk")), "name")
    return devices.filter(_any_in("pk", [query.values("device") for query in surplus])).annotate(**names)


def different(devices: QuerySet) -> QuerySet:
    """Devices with a component of another type than their device type says; the column of each kind of PORTS has them.

    Interface templates for transceivers ("10gbase-x-sfpp") are left alone: what is plugged in decides about those.
    """
    wrong, names = [], {}
    for kind in PORTS:
        templates = kind.template.objects.exclude(type="").order_by()
        if kind.model is dcim.Interface:
            templates = templates.exclude(type__contains="-x-")
        other = templates.filter(device_type=OuterRef("device__device_type"), name=OuterRef("name")).exclude(
            type=OuterRef("type")
        )
        components = kind.model.objects.order_by().filter(Exists(other), device__isnull=False, module__isnull=True)
        wrong.append(components.filter(device__in=devices.order_by().values("pk")))
        names[kind.column] = collect(components.filter(device=OuterRef("pk")), "name")
    return devices.filter(_any_in("pk", [query.values("device") for query in wrong])).annotate(**names)


def named(row: Mapping[str, Any], kinds: tuple[Kind, ...]) -> Iterator[tuple[str, int, str]]:
    """Label, number and names of the components in a row, for each kind that has any."""
    for kind in kinds:
        if found := sorted(row[kind.column] or (), key=_natural):
            shown = found[:20] + ([f"and {len(found) - 20} more"] if len(found) > 20 else [])
            yield kind.label, len(found), ", ".join(shown)


def columns(kinds: tuple[Kind, ...]) -> list[str]:
    """The annotations to ask for."""
    return [kind.column for kind in kinds]


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def _any_in(field: str, queries: list[QuerySet]) -> Q:
    return Q(**{f"{field}__in": queries[0].union(*queries[1:], all=True)})
