"""Checks of the Rack audit."""

from .above_top import AboveTop
from .elsewhere import RackElsewhere
from .full import RackFull
from .group_elsewhere import RackGroupElsewhere
from .no_position import NoPosition
from .overlap import RackOverlap
from .planned import RackPlanned
from .reservation_height import ReservationHeight
from .reservation_overlap import ReservationOverlap
from .reservation_tenant import ReservationTenant

CHECKS = (
    AboveTop,
    RackElsewhere,
    RackOverlap,
    NoPosition,
    ReservationOverlap,
    ReservationHeight,
    ReservationTenant,
    RackFull,
    RackPlanned,
    RackGroupElsewhere,
)
