"""What the checks of rack reservations share.

Units are a JSON list, which PostgreSQL and MySQL take apart in different ways: reservations are few, so the database picks
those that may be wrong and brings what they are compared with, and the units are compared here.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from nautobot.dcim.models import RackReservation

from ....toolkit.queries import collect, may_view


def other_reservations(user: Any) -> Any:
    """Units, description and visibility of the other reservations for the same rack."""
    visible = may_view(user, RackReservation)
    return collect(_others(), JSONObject(units="units", description="description", visible=visible))


def with_neighbours(reservations: QuerySet) -> QuerySet:
    """The reservations for racks that have several."""
    return reservations.filter(Exists(_others()))


def _others() -> QuerySet:
    return RackReservation.objects.filter(rack=OuterRef("rack")).exclude(pk=OuterRef("pk")).order_by()
