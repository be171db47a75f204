"""Checks of the Connection audit."""

from .console import ConsoleConnection
from .out_of_band import OutOfBandConnection
from .power_none import PowerConnection
from .power_one_panel import OnePowerPanel
from .power_one_source import OnePowerSource
from .power_partial import PowerSupplies

CHECKS = (
    ConsoleConnection,
    OutOfBandConnection,
    PowerConnection,
    PowerSupplies,
    OnePowerSource,
    OnePowerPanel,
)
