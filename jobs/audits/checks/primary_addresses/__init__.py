"""Checks of the Primary address audit."""

from .primary_deprecated import PrimaryAddressDeprecated
from .primary_family import PrimaryAddressFamily
from .primary_foreign import PrimaryAddressForeign
from .primary_missing import PrimaryAddressMissing
from .primary_unassigned import PrimaryAddressUnassigned

CHECKS = (
    PrimaryAddressMissing,
    PrimaryAddressForeign,
    PrimaryAddressUnassigned,
    PrimaryAddressFamily,
    PrimaryAddressDeprecated,
)
