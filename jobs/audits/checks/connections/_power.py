"""What the power checks share: how many supplies a device should have, and where its connected ones end."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from nautobot.dcim.models import Device, DeviceType, PowerFeed, PowerOutlet, PowerPort

from ....toolkit.compat import components, installed_modules
from ....toolkit.queries import cable_path, collect, connected, count

# Device, PDU, UPS: an outlet leads to the power port behind it, and that one to a feed or to the next outlet.
_PDUS_IN_A_ROW = 2


def with_supplies(devices: QuerySet) -> QuerySet:
    """Annotate devices with their power supplies.

    Returns:
        the devices, each with `ports` (power ports, those on modules included), `supplies` (how many it should have:
        its ports, or the power port templates of its type and its modules if these are more), `powered` (how many
        ports are connected) and `unpowered` (names of the others, None if there are none).
    """
    ports = components(PowerPort)
    by_type = DeviceType.objects.filter(pk=OuterRef("device_type"))
    return devices.annotate(
        ports=count(ports),
        supplies=Greatest(
            F("ports"),
            count(by_type, "power_port_templates") + count(installed_modules(), "module_type__power_port_templates"),
        ),
        powered=count(ports.filter(connected(PowerPort))),
        unpowered=collect(ports.filter(~connected(PowerPort)), "name"),
    )


def with_sources(devices: QuerySet, user: Any) -> QuerySet:
    """Devices with two or more connected supplies, annotated with where these get their power from.

    Returns:
        the devices, each with

        - `powered`: how many supplies are connected;
        - `on_outlets`, `pdus`: how many of these end on an outlet, and on how many different PDUs;
        - `fed`, `feeds`, `panels`: of how many the power feed is known, and how many different feeds and power panels
          that makes;
        - `pdu_names`, `feed_names`, `panel_names`: lists with a name, or None, for each connected supply; without the
          names of what the user may not view.
    """
    supplies = components(PowerPort).filter(connected(PowerPort))

    def across(source: Subquery) -> QuerySet:
        return supplies.annotate(source=source)

    outlets, feeds = PowerOutlet.objects.all(), PowerFeed.objects.all()
    visible_outlets = outlets.filter(device__in=Device.objects.restrict(user, "view").order_by().values("pk"))
    visible_feeds = feeds.restrict(user, "view")
    return (
        devices.annotate(powered=count(supplies))
        .filter(powered__gte=2)
        .annotate(
            on_outlets=count(across(_outlet(outlets, "device")), "source"),
            pdus=count(across(_outlet(outlets, "device")), "source", distinct=True),
            fed=count(across(_feed(feeds, "pk")), "source"),
            feeds=count(across(_feed(feeds, "pk")), "source", distinct=True),
            panels=count(across(_feed(feeds, "power_panel")), "source", distinct=True),
            pdu_names=collect(across(_outlet(visible_outlets, "device__name")), "source"),
            feed_names=collect(across(_feed(visible_feeds, "name")), "source"),
            panel_names=collect(across(_feed(visible_feeds, "power_panel__name")), "source"),
        )
    )


def names(collected: list[str | None] | None) -> str:
    """Names out of a list that may contain the same one twice, or None."""
    return ", ".join(sorted({name for name in collected or () if name}))


def _outlet(outlets: QuerySet, column: str) -> Subquery:
    """Of a power port: a column of the outlet, one of the given, that it is plugged into."""
    outlet = Subquery(outlets.filter(pk=OuterRef("destination_id")).order_by().values(column))
    return Subquery(cable_path(PowerPort, is_active=True).values(_value=outlet)[:1])


def _feed(feeds: QuerySet, column: str, port: str = "pk", pdus: int = _PDUS_IN_A_ROW) -> Subquery:
    """Of a power port: a column of the feed, one of the given, that it gets its power from, directly or through PDUs."""
    feed = Subquery(feeds.filter(pk=OuterRef("destination_id")).order_by().values(column))
    if pdus:
        outlet = PowerOutlet.objects.filter(pk=OuterRef("destination_id")).order_by().annotate(inlet=_inlet())
        feed = Coalesce(feed, Subquery(outlet.values(_value=_feed(feeds, column, "inlet", pdus - 1))))
    return Subquery(cable_path(PowerPort, port, is_active=True).values(_value=feed)[:1])


def _inlet() -> Coalesce:
    """Of a power outlet: the power port behind it; where Nautobot was not told, the only one that its device has."""
    others = PowerPort.objects.filter(device=OuterRef("device")).exclude(pk=OuterRef("pk")).order_by()
    sole = components(PowerPort, "device").filter(~Exists(others))
    return Coalesce(F("power_port"), Subquery(sole.values("pk")[:1]))
