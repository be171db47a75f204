"""Names of what a component is connected to, patch panels and circuits in between included."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from nautobot.dcim.models import ConsolePort, ConsoleServerPort, Interface, PowerOutlet, PowerPort

from .compat import CABLED, device_value
from .queries import cable_path

# The models at the ends of cable paths that are part of a device.
_FAR: dict[type[Model], tuple[type[Model], ...]] = {
    Interface: (Interface,),
    ConsolePort: (ConsoleServerPort, ConsolePort),
    ConsoleServerPort: (ConsolePort, ConsoleServerPort),
    PowerPort: (PowerOutlet,),
    PowerOutlet: (PowerPort,),
}


def has_far_end(model: type[Model]) -> bool:
    """Do cable paths begin at components of this model?"""
    return model in _FAR


def with_far_end(components: QuerySet, user: Any) -> QuerySet:
    """Components with names at both ends: `near_device` and so on, `far_port` and so on, and whether there is a cable.

    Those of the far end are None where there is none, or none that the user may view. All of these are asked by
    subqueries: for the components that were chosen.

    Args:
        components: interfaces, console ports, console server ports, power ports or power outlets.
        user: the user who runs the Job.
    """
    model = components.model
    ends = {
        "device": device_value("name"),
        "location": device_value("location__name"),
        "role": device_value("role__name"),
    }
    near = {f"near_{name}": value for name, value in ends.items()}
    keys = {
        f"far_key_{number}": Subquery(
            cable_path(model, destination_type=ContentType.objects.get_for_model(far)).values("destination_id")[:1]
        )
        for number, far in enumerate(_FAR[model])
    }
    beyond: dict[str, list[Any]] = {name: [] for name in ("port", *ends)}
    for number, far in enumerate(_FAR[model]):
        visible = far._default_manager.restrict(user, "view").filter(pk=OuterRef(f"far_key_{number}")).order_by()
        beyond["port"].append(Subquery(visible.values("name")[:1]))
        for name, value in ends.items():
            beyond[name].append(Subquery(visible.annotate(_end=value).values("_end")[:1]))
    named = components.annotate(**near, **keys)
    return named.annotate(
        **{f"far_{name}": Coalesce(*values) if len(values) > 1 else values[0] for name, values in beyond.items()},
        cabled=Subquery(model._default_manager.filter(CABLED, pk=OuterRef("pk")).order_by().values("pk")[:1]),
    )
