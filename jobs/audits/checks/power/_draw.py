"""What the power checks share: how much is drawn from a feed, or from the outlets behind an inlet, in volt-amperes.

Figures are the allocated draws of power ports, in watts, over their power factors, as Nautobot counts them.
"""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, ExpressionWrapper, F, FloatField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce
from nautobot.dcim.models import CablePath, PowerFeed, PowerOutlet, PowerPort

from ....toolkit.queries import cable_path, total

_NO_FIGURE = Q(allocated_draw__isnull=True, maximum_draw__isnull=True)


def behind(**conditions: Any) -> Coalesce:
    """What the ports draw that are plugged into the outlets behind the power port that the query looks at.

    Args:
        conditions: the outlets to count, such as those of one leg.
    """
    # The port is three queries further out: that for the paths, that for the ports at their ends, and the query itself.
    inlet = OuterRef(OuterRef(OuterRef("pk")))
    outlets = PowerOutlet.objects.filter(power_port=inlet, **conditions).order_by().values("pk")
    paths = CablePath.objects.filter(
        origin_type=ContentType.objects.get_for_model(PowerOutlet), origin_id__in=outlets, is_active=True
    )
    return total(PowerPort.objects.filter(pk__in=paths.order_by().values("destination_id")), volt_amperes())


def volt_amperes() -> ExpressionWrapper:
    """The allocated draw of a power port."""
    watts, factor = Cast("allocated_draw", FloatField()), Cast("power_factor", FloatField())
    return ExpressionWrapper(watts / factor, output_field=FloatField())


def with_draw(feeds: QuerySet) -> QuerySet:
    """Annotate power feeds with `inlet`, the power port that is connected, and `draw`.

    A port with a figure of its own draws that, one without, such as the inlet of a PDU, what is behind it.
    """
    inlets = PowerPort.objects.filter(pk=OuterRef("inlet")).order_by()
    drawn = Case(
        When(_NO_FIGURE, then=behind()),
        default=Coalesce(volt_amperes(), Value(0.0)),
        output_field=FloatField(),
    )
    return feeds.annotate(inlet=Subquery(cable_path(PowerFeed, is_active=True).values("destination_id")[:1])).annotate(
        draw=Coalesce(Subquery(inlets.annotate(_drawn=drawn).values("_drawn")), 0.0)
    )


def feeds_of_rack() -> QuerySet:
    """Subquery: the power feeds of the rack that the outer query looks at."""
    return PowerFeed.objects.filter(rack=OuterRef("pk")).order_by()


def spare(feeds: QuerySet) -> Coalesce:
    """What the feeds can deliver without the largest of them."""
    largest = feeds.order_by("-available_power").values("available_power")[:1]
    return total(feeds, F("available_power")) - Coalesce(Subquery(largest, output_field=FloatField()), 0.0)
