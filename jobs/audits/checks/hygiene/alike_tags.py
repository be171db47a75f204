"""EXTRAS-TAG-002: tags with the same name."""

from __future__ import annotations

from ._alike import Alike


class AlikeTags(Alike):
    """Tags that are meant to be one."""

    id = "EXTRAS-TAG-002"
    title = "Tag with nearly the same name as another"
    model = "extras.tag"
    description = (
        "The name is that of another tag but for upper and lower case, spaces, hyphens, underscores or a plural s. "
        "Reported on all but the oldest. Half of the objects have one, half the other, and each filter finds half."
    )
    bad = '"Critical-Site" and "critical sites" are two tags.'
    good = '"critical" and "critical-path" are two tags for two things.'
