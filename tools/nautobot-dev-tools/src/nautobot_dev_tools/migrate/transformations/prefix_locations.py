"""The location of prefixes and VLANs, which may have several since 2.2."""

from __future__ import annotations

import libcst as cst

from ..to_many import ToMany, rewrite_to_many
from ..transformation import Transformation
from ..understood import Understood

_RELATION = ToMany(("Prefix", "VLAN"), "location", "locations", "Location")


class PrefixLocations(Transformation):
    """Nautobot still takes `location` to create a prefix, and for a filter that starts with it; not within Q() or another path."""

    id = "prefix-locations"
    title = "Prefix.location and VLAN.location become locations"
    since = "2.2"
    page = "release-notes/version-2.2.html#prefix-and-vlan-many-locations-4334-4412"

    def concerns(self, text: str) -> bool:
        """Whether it has a location of anything; one that was a site is not in the text yet."""
        return ("location" in text or "site" in text) and any(name in text.lower() for name in ("prefix", "vlan"))

    def run(self, file: Understood) -> cst.Module:
        """Rewrite what is known."""
        rewrite_to_many(file, _RELATION)
        return file.edited()
