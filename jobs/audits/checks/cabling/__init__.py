"""Checks of cables, and of what is connected and what is not."""

from .absent_device import CableAtAbsentDevice
from .disabled_link import DisabledOnLink
from .enabled_uncabled import EnabledWithoutCable
from .incomplete import CableIncomplete
from .no_end import CableWithoutEnds
from .one_device import CableOnOneDevice
from .one_end import CableWithOneEnd
from .path_back import PathSplitsOrReturns
from .planned_in_use import PlannedCableInUse
from .stale_path import CablePathStale
from .two_sites import CableBetweenSites
from .type_mismatch import InterfaceTypesDiffer

CHECKS = (
    CableWithOneEnd,
    CableWithoutEnds,
    CablePathStale,
    CableBetweenSites,
    InterfaceTypesDiffer,
    CableOnOneDevice,
    PathSplitsOrReturns,
    CableAtAbsentDevice,
    PlannedCableInUse,
    EnabledWithoutCable,
    DisabledOnLink,
    CableIncomplete,
)
