"""What the checks of devices share: which of them are more than sheet metal."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Q
from nautobot.dcim.models import (
    ConsolePortTemplate,
    ConsoleServerPortTemplate,
    InterfaceTemplate,
    ModuleBayTemplate,
    PowerOutletTemplate,
    PowerPortTemplate,
)

_ELECTRIC = (
    ConsolePortTemplate,
    ConsoleServerPortTemplate,
    InterfaceTemplate,
    ModuleBayTemplate,
    PowerOutletTemplate,
    PowerPortTemplate,
)


def is_electric() -> Q:
    """Condition for devices: their type has console, power or interface ports, or bays for modules with some.

    Patch panels, cable managers and blank panels have none.
    """
    # There are few device types: the database looks them up once, not for each device.
    types = (template.objects.exclude(device_type=None).order_by().values("device_type") for template in _ELECTRIC)
    return reduce(or_, (Q(device_type__in=having) for having in types))
