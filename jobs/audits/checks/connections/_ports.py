"""What the console and out-of-band checks share: devices without a connected port, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from nautobot.dcim.models import DeviceType

from ....toolkit.compat import CABLED, components, installed_modules, stack_components
from ....toolkit.queries import cable_path, collect, connected, stands_for_itself, truth


def without_connection(
    devices: QuerySet,
    model: type[Model],
    templates: str,
    *,
    kind: Mapping[str, Any] | None = None,
    in_use: Mapping[str, Any] | None = None,
) -> QuerySet:
    """Devices that have such a port, or should have one by their type, and none that is connected.

    A virtual chassis counts as one device: a connection of any member will do, and its master stands for it.

    Args:
        devices: the devices to look at.
        model: ConsolePort or Interface.
        templates: name of the templates of such ports, on device types and module types alike.
        kind: conditions that make a port, or a template, one of this kind.
        in_use: further conditions on ports; where ports of this kind exist but all fail these, none is needed.

    Returns:
        the devices, each with `ports`: its ports of this kind, None if there are none, each with `name`, `cabled` (has
        it a cable?) and `reaching` (does its cable path end at something?).
    """
    kind, in_use = kind or {}, in_use or {}
    ports = components(model).filter(**kind)
    stack_ports = stack_components(model).filter(**kind)
    template = {f"{templates}__{name}": value for name, value in kind.items()} or {f"{templates}__isnull": False}
    by_type = DeviceType.objects.filter(pk=OuterRef("device_type"), **template).order_by()
    by_module = installed_modules().filter(**{f"module_type__{name}": value for name, value in template.items()})
    # What is rarely true, and cheap, comes first on each side of an AND: the database need not ask the rest.
    needs_one = (
        Q(Exists(ports.filter(**in_use)))
        | (Q(virtual_chassis__isnull=False) & Q(Exists(stack_ports.filter(**in_use))))
        | ((Q(Exists(by_type)) | Q(Exists(by_module))) & ~Q(Exists(ports)))
    )
    return devices.filter(
        ~Exists(ports.filter(connected(model))),
        ~Exists(stack_ports.filter(connected(model))),
        stands_for_itself(),
        needs_one,
    ).annotate(
        ports=collect(
            ports,
            JSONObject(
                name="name",
                cabled=truth(CABLED),
                reaching=truth(CABLED & Q(Exists(cable_path(model, destination_id__isnull=False)))),
            ),
        )
    )


def why_not(row: Mapping[str, Any], what: str) -> tuple[str, dict[str, str]]:
    """Message and details for a row of `without_connection`.

    Args:
        row: with `ports`.
        what: what such a port is called: "console port".
    """
    ports = row["ports"]
    if not ports:
        return f"The device has no {what}, although its device type or one of its modules should have one.", {}
    if any(port["reaching"] for port in ports):
        reason = f"No {what} is connected: a cable on the way does not have the status Connected."
    elif any(port["cabled"] for port in ports):
        reason = f"No {what} is connected: the cable path does not end at another device."
    else:
        reason = f"No {what} has a cable."
    return reason, {"ports": ", ".join(sorted(port["name"] for port in ports))}
