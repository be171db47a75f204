"""DCIM-PLATFORM-002: platforms with the same name."""

from __future__ import annotations

from ._alike import Alike


class AlikePlatforms(Alike):
    """Platforms that are meant to be one."""

    id = "DCIM-PLATFORM-002"
    title = "Platform with nearly the same name as another"
    model = "dcim.platform"
    description = (
        "The name is that of another platform but for upper and lower case, spaces, hyphens, underscores or a plural s. "
        "Reported on all but the oldest. Half of the objects have one, half the other, and each filter finds half."
    )
    bad = '"Cisco IOS-XE" and "cisco ios xe" are two platforms.'
    good = '"Cisco IOS" and "Cisco IOS-XE" are two platforms.'
