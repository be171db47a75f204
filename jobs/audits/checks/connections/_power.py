"""What the power checks share: how many supplies a device should have, and where its connected ones end."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from nautobot.dcim.models import Device, DeviceType, PowerFeed, PowerOutlet, PowerPort

from ....toolkit.compat import components, device_value, installed_modules, on_devices
from ....toolkit.queries import cable_path, collect, connected, count

# Device, PDU, UPS: an outlet leads to the power port behind it, and that one to a feed or to the next outlet.
_PDUS_IN_A_ROW = 2


def with_supplies(devices: QuerySet) -> QuerySet:
    """Annotate devices with their power supplies.

    Returns:
        the devices, each with `ports` (power ports, those on modules included), `supplies` (how many it should have:
        its ports, or the power port templates of its type and its modules if these are more) and `unpowered` (names of
        ports that are not connected, None if there are none).
    """
    ports = components(PowerPort)
    by_type = DeviceType.objects.filter(pk=OuterRef("device_type"))
    return devices.annotate(
        ports=count(ports),
        supplies=Greatest(
            F("ports"),
            count(by_type, "power_port_templates") + count(installed_modules(), "module_type__power_port_templates"),
        ),
        unpowered=collect(ports.filter(~connected(PowerPort)), "name"),
    )


def is_powered() -> Exists:
    """Is at least one supply connected?"""
    return Exists(components(PowerPort).filter(connected(PowerPort)))


def should_have_supplies() -> Q:
    """Has the device a power port, or should have one by its type or its modules?"""
    by_type = DeviceType.objects.filter(pk=OuterRef("device_type"), power_port_templates__isnull=False).order_by()
    by_module = installed_modules().filter(module_type__power_port_templates__isnull=False)
    return Q(Exists(components(PowerPort))) | Q(Exists(by_type)) | Q(Exists(by_module))


# Where the connected supplies of a device get their power from: annotations for a queryset of devices. Each is a subquery,
# and the database stops at the first condition that is false: filter by what is rarely true first, with `Q` objects,
# which keep their order.


def powered() -> Coalesce:
    """How many supplies are connected."""
    return count(components(PowerPort).filter(connected(PowerPort)))


def on_outlets(*, distinct: bool = False) -> Coalesce:
    """How many of them end on an outlet; or on how many different PDUs."""
    return count(_across(_outlet(PowerOutlet.objects.all(), "pk")), "source", distinct=distinct)


def fed(column: str = "pk", *, distinct: bool = False) -> Coalesce:
    """Of how many of them the power feed is known; or how many different feeds, or values of a column of theirs, that makes."""
    return count(_across(_feed(PowerFeed.objects.all(), column)), "source", distinct=distinct)


def pdu_names(user: Any) -> Subquery:
    """Names of the PDUs, as far as the user may view them: for `names`."""
    visible = Device.objects.restrict(user, "view").order_by().values("pk")
    return collect(_across(_outlet(PowerOutlet.objects.filter(on_devices(visible)), "name")), "source")


def feed_names(user: Any, column: str = "name") -> Subquery:
    """Names of the feeds, or values of a column of theirs, as far as the user may view them: for `names`."""
    return collect(_across(_feed(PowerFeed.objects.restrict(user, "view"), column)), "source")


def names(collected: list[str | None] | None) -> str:
    """The texts of a list that may have the same one several times, and None."""
    return ", ".join(sorted({name for name in collected or () if name}))


def _across(source: Subquery) -> QuerySet:
    # Supplies that are not connected have no source, and counts leave them out.
    return components(PowerPort).annotate(source=source)


def _outlet(outlets: QuerySet, column: str) -> Subquery:
    """Of a power port: a column of the device that the outlet, one of the given, which it is plugged into is part of."""
    outlet = Subquery(outlets.filter(pk=OuterRef("destination_id")).order_by().values(_told=device_value(column)))
    return Subquery(cable_path(PowerPort, is_active=True).values(_value=outlet)[:1])


def _feed(feeds: QuerySet, column: str, port: str = "pk", pdus: int = _PDUS_IN_A_ROW) -> Subquery:
    """Of a power port: a column of the feed, one of the given, that it gets its power from, directly or through PDUs."""
    feed = Subquery(feeds.filter(pk=OuterRef("destination_id")).order_by().values(column))
    if pdus:
        outlet = PowerOutlet.objects.filter(pk=OuterRef("destination_id")).order_by()
        outlet = outlet.annotate(owner=device_value("pk")).annotate(inlet=_inlet())
        feed = Coalesce(feed, Subquery(outlet.values(_value=_feed(feeds, column, "inlet", pdus - 1))))
    return Subquery(cable_path(PowerPort, port, is_active=True).values(_value=feed)[:1])


def _inlet() -> Coalesce:
    """Of a power outlet, annotated with its `owner`: the power port behind it; where Nautobot was not told, the only one of its device."""
    others = components(PowerPort, "owner").exclude(pk=OuterRef("pk"))
    sole = components(PowerPort, "owner").annotate(owner=device_value("pk")).filter(~Exists(others))
    return Coalesce(F("power_port"), Subquery(sole.values("pk")[:1]))
