"""EXTRAS-ROLE-002: roles with the same name."""

from __future__ import annotations

from ._alike import Alike


class AlikeRoles(Alike):
    """Roles that are meant to be one."""

    id = "EXTRAS-ROLE-002"
    title = "Role with nearly the same name as another"
    model = "extras.role"
    description = (
        "The name is that of another role but for upper and lower case, spaces, hyphens, underscores or a plural s. "
        "Reported on all but the oldest. Half of the objects have one, half the other, and each filter finds half."
    )
    bad = '"Access Switch" and "access-switch" are two roles.'
    good = '"Access Switch" and "Core Switch" are two roles.'
