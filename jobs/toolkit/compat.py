"""Everything that differs between the supported versions of Nautobot: 2.4.35 and later, 3.0, 3.1, 3.2."""

# The one module that asks older versions by the names of their fields.
# pylint: disable=nb-removed-cable-field,nb-removed-cable-peer-field

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from importlib import import_module
from inspect import signature
from operator import or_
from typing import Any

import nautobot
from django.apps import apps
from django.core.cache import cache
from django.db.models import (
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
)
from django.db.models.functions import Coalesce
from django.utils.version import get_version_tuple
from nautobot.apps.utils import get_settings_or_config
from nautobot.dcim import models as dcim
from nautobot.extras.models import JobResult
from nautobot.extras.signals import change_context_state

# Since 3.2 cables are attached through rows of a model of their own, and a component of a module, however deep, names
# the device it ends up in. Before, a cable was a foreign key of the component, and the device had to be looked for
# module by module (Nautobot nests at most four).
_SINCE_3_2 = hasattr(dcim, "CableToCableTermination")

_UP = "parent_module_bay__"
MODULE_TO_DEVICE = [f"{_UP}parent_device"] + (
    [] if _SINCE_3_2 else [f"{_UP}{f'parent_module__{_UP}' * depth}parent_device" for depth in (1, 2, 3)]
)
COMPONENT_TO_DEVICE = ["device"] + ([] if _SINCE_3_2 else [f"module__{path}" for path in MODULE_TO_DEVICE])

CABLED_COMPONENTS = (
    "interface",
    "front_port",
    "rear_port",
    "console_port",
    "console_server_port",
    "power_port",
    "power_outlet",
)
# From a cable to the devices at its ends.
CABLE_TO_DEVICES = (
    tuple(f"terminations__{port}__device" for port in CABLED_COMPONENTS)
    if _SINCE_3_2
    else ("_termination_a_device", "_termination_b_device")
)

# From a device to the clusters that it is a host of: one only before 3.0.
DEVICE_TO_CLUSTER = "clusters" if hasattr(dcim.Device, "clusters") else "cluster"

# Name of the only status that Nautobot itself takes for a cable in place.
CONNECTED = "Connected"

# From a component to the cable path that begins at it, and from it to its cable.
CABLE_PATH = "cable_paths" if _SINCE_3_2 else "_path"
TO_CABLE = "cable_termination__cable" if _SINCE_3_2 else "cable"
# Conditions on a cable path, beginning with a path to it: no lane of a breakout cable, at neither end.
_NO_BREAKOUT = {"origin_fans_out": False, "destination_fans_out": False} if _SINCE_3_2 else {}

# Before 3.2 a cable always had two ends.
CABLES_MAY_HANG = _SINCE_3_2

# Is a cable attached to this component? A condition for the component's own queryset.
CABLED = Q(cable_termination__isnull=False) if _SINCE_3_2 else Q(cable__isnull=False)


def since(minimum: str, *jobs: Any) -> tuple[Any, ...]:
    """For ``register_jobs(…, *since("3.1", NewJob))``: the Jobs, or none on a Nautobot older than `minimum`.

    Nautobot imports the modules of all Jobs even so. What an older one lacks is therefore imported in the function that
    needs it, and a model for a variable comes from this module, which names another one where there is none.
    """
    for job in jobs:
        job.minimum_nautobot = minimum  # for the documentation, and for whoever asks why a Job is not there
    return jobs if get_version_tuple(nautobot.__version__) >= get_version_tuple(minimum) else ()


def on_device(outer: str = "pk", prefix: str = "") -> Q:
    """Condition: the component is part of the device that the outer query looks at, itself or on a module.

    Args:
        outer: path from the outer query's model to the primary key of the device.
        prefix: path from the queryset's model to the component, such as "interface__".
    """
    return _any_of([f"{prefix}{path}" for path in COMPONENT_TO_DEVICE], outer)


def on_devices(devices: QuerySet, prefix: str = "") -> Q:
    """Condition: the component is part of one of the devices, whose keys are given, itself or on a module."""
    return reduce(or_, (Q(**{f"{prefix}{path}__in": devices}) for path in COMPONENT_TO_DEVICE))


def in_stack(outer: str = "virtual_chassis", prefix: str = "") -> Q:
    """Condition: the component is part of any member of the virtual chassis that the outer query looks at."""
    return _any_of([f"{prefix}{path}__virtual_chassis" for path in COMPONENT_TO_DEVICE], outer)


def device_value(field: str, prefix: str = "") -> F | Coalesce:
    """A field of the device that a component is part of, itself or on a module."""
    paths = [F(f"{prefix}{path}__{field}") for path in COMPONENT_TO_DEVICE]
    return Coalesce(*paths) if len(paths) > 1 else paths[0]


def module_device_value(field: str, prefix: str = "") -> F | Coalesce:
    """A field of the device that a module is in, at any depth."""
    paths = [F(f"{prefix}{path}__{field}") for path in MODULE_TO_DEVICE]
    return Coalesce(*paths) if len(paths) > 1 else paths[0]


def cable_location() -> Any:
    """The primary key of the location where a cable begins: a location of its A side, else of its B side."""
    if not _SINCE_3_2:
        return Coalesce("_termination_a_device__location_id", "_termination_b_device__location_id")
    places = [
        *(f"{port}__device__location_id" for port in CABLED_COMPONENTS),
        "power_feed__power_panel__location_id",
        "circuit_termination__location_id",
    ]
    ends = dcim.CableToCableTermination.objects.filter(cable=OuterRef("pk")).annotate(
        _place=Coalesce(*places, output_field=UUIDField())
    )
    return Subquery(ends.exclude(_place=None).order_by("cable_end", "connector").values("_place")[:1])


def no_breakout(prefix: str = "") -> dict[str, Any]:
    """Conditions on a cable path: it is no lane of a breakout cable, which older versions do not know."""
    return {f"{prefix}{name}": value for name, value in _NO_BREAKOUT.items()}


def components(model: type[Model], outer: str = "pk") -> QuerySet:
    """Subquery: components, of the given model, of the device that the outer query looks at (see `on_device`)."""
    return model._default_manager.filter(on_device(outer)).order_by()


def stack_components(model: type[Model], outer: str = "virtual_chassis") -> QuerySet:
    """Subquery: components, of the given model, of all members of the virtual chassis (see `in_stack`)."""
    return model._default_manager.filter(in_stack(outer)).order_by()


def installed_modules(outer: str = "pk") -> QuerySet:
    """Subquery: modules in the device that the outer query looks at, at any depth."""
    return dcim.Module.objects.filter(_any_of(MODULE_TO_DEVICE, outer)).order_by()


def directly_connected(model: type[Model]) -> Q:
    """Condition: a cable with the status Connected joins the component and something that is no patch panel port.

    Cable paths (`queries.cable_path`) say the same and more, but Nautobot computes them when cables are saved one by one:
    after an import past its models they are missing or out of date, while the cables themselves are right.

    Args:
        model: the model of the component, and of the queryset that the condition is for.
    """
    if not _SINCE_3_2:
        through_panel = Q(_cable_peer_type__app_label="dcim", _cable_peer_type__model__in=("frontport", "rearport"))
        return Q(cable__status__name=CONNECTED, _cable_peer_id__isnull=False) & ~through_panel
    near = dcim.cables.termination_fk_field(model)
    ends = [Q(cable_end=near_end, cable__terminations__cable_end=far_end) for near_end, far_end in ("AB", "BA")]
    no_panel = Q(cable__terminations__front_port=None, cable__terminations__rear_port=None)
    rows = dcim.CableToCableTermination.objects.filter(
        ends[0] | ends[1], no_panel, cable__status__name=CONNECTED, **{near: OuterRef("pk")}
    )
    return Q(Exists(rows.order_by()))


def _any_of(paths: list[str], outer: str) -> Q:
    return reduce(or_, (Q(**{path: OuterRef(outer)}) for path in paths))


def address_ranges() -> type[Model] | None:
    """The model of ranges of IP addresses, which came with 3.2."""
    return getattr(import_module("nautobot.ipam.models"), "IPAddressRange", None)


# Models whose objects make use of a prefix, whatever is in it, and their fields for it. Clouds since 2.3, load balancers
# since 3.0 and VPNs since 3.1.
_PREFIX_USERS = (
    ("cloud", "CloudNetworkPrefixAssignment", "prefix"),
    ("load_balancers", "VirtualServer", "source_nat_pool"),
    ("vpn", "VPNTunnelEndpoint", "protected_prefixes"),
)


def prefix_users(outer: str = "pk") -> list[QuerySet]:
    """Subqueries: what makes use of the prefix that the outer query looks at, other than by addresses."""
    return [
        apps.get_model(app, model)._default_manager.filter(**{field: OuterRef(outer)}).order_by()
        for app, model, field in _PREFIX_USERS
        if model.lower() in apps.all_models.get(app, {})
    ]


def lacks(label: str) -> str:
    """Why a check of that model cannot be asked: "" if this Nautobot has the model."""
    try:
        apps.get_model(label)
    except LookupError:
        return f"Nautobot {nautobot.__version__} has no model {label}."
    return ""


@contextmanager
def change_log_postponed() -> Iterator[None]:
    """For what is rolled back anyhow: Nautobot notes what the change log is to get, and writes none of it.

    Most of the time of saving goes into that: it puts each object, and what a cable or an address is attached to, through
    the REST API's serializers. Validators see the same as ever. `forget_logged_changes` has to follow.
    """
    context = change_context_state.get()
    before = context is not None and context.defer_object_changes
    if context is not None:
        context.defer_object_changes = True
    try:
        yield
    finally:
        if context is not None:
            context.defer_object_changes = before


def forget_logged_changes() -> None:
    """After a rollback: Nautobot believes that the change log has what it noted, and would leave it out the next time."""
    context = change_context_state.get()
    if context is not None:
        context.reset_deferred_object_changes()


def forget_module_bays(device: Any) -> None:
    """Let Nautobot ask anew whether a device has module bays, as it does when it makes components itself.

    Before 3.2 it remembers the answer for some seconds, and the first time is when a new device is validated.
    """
    cache.delete(f"nautobot.dcim.device.{device.pk}.has_module_bays")


# What `part_device_key` looks at, to be loaded along.
PART_RELATED = () if _SINCE_3_2 else ("module__parent_module_bay",)


def part_device_key(component: Any) -> Any:
    """Primary key of the device that a component is part of, itself or on a module; all of them may be planned only."""
    module = component.module if component.device_id is None and component.module_id else None
    while module is not None:
        bay = module.parent_module_bay
        if bay is None or bay.parent_device_id is not None:
            return bay and bay.parent_device_id
        module = bay.parent_module
    return component.device_id


def module_part_device(module: Any) -> Any:
    """The device that components of a new module name: before 3.2 none, since only the module names it."""
    return module.device if _SINCE_3_2 else None


def validated_object(context: Any) -> Any:
    """The object that a validator looks at; "object" in its context before "obj" came, and deprecated since."""
    return context["obj"] if "obj" in context else context["object"]


def change_request_id() -> str:
    """What entries of the change log that this run makes have as their `request_id`; "" where nothing is logged."""
    context = change_context_state.get()
    return str(context.change_id) if context is not None else ""


def enqueue_job(job_model: Any, user: Any, inputs: dict[str, Any], queue: str | None) -> Any:
    """Put a run of a Job into a queue, by its name, or into the Job's own; the inputs are one dictionary since 3.2 only."""
    function = JobResult.enqueue_job
    options = {"task_queue": queue} if queue else {}
    parameter = signature(function).parameters.get("job_kwargs")
    # Before 3.2 the name is that of the keywords themselves.
    if parameter is not None and parameter.kind is not parameter.VAR_KEYWORD:
        return function(job_model, user, job_kwargs=inputs, **options)
    return function(job_model, user, **options, **inputs)


# Fields that Nautobot sets itself when a cable comes or goes; none since 3.2.
SET_BY_CABLES = frozenset() if _SINCE_3_2 else frozenset({"cable", "_cable_peer_type", "_cable_peer_id", "_path"})


def device_uniqueness() -> str:
    """Where names of devices have to differ: "location_tenant_name", "name" (everywhere) or "none".

    A setting since 3.0, DEVICE_UNIQUENESS; before, devices of one location and tenant had to.
    """
    default = "location_tenant_name"
    if not hasattr(import_module("nautobot.dcim.choices"), "DeviceUniquenessChoices"):
        return default
    return str(get_settings_or_config("DEVICE_UNIQUENESS", fallback=default) or default)
