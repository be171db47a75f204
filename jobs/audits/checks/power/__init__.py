"""Checks of the Power audit."""

from .draw_missing import DrawMissing
from .feed_elsewhere import FeedElsewhere
from .feed_overload import FeedOverload
from .feed_unused import FeedUnused
from .legs import UnbalancedLegs
from .outlet_dead import OutletDead
from .rack_redundancy import RackRedundancy

CHECKS = (
    FeedOverload,
    UnbalancedLegs,
    RackRedundancy,
    OutletDead,
    FeedUnused,
    FeedElsewhere,
    DrawMissing,
)
