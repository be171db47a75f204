"""Sites and regions, which are locations of those types."""

from __future__ import annotations

import libcst as cst

from ..replaced import Replacement, replace_everywhere
from ..tables import table
from ..transformation import Transformation
from ..understood import Understood


def _replacement(old: str, new: str) -> Replacement:
    kind = old.partition(".")[2]
    return Replacement(
        old,
        new,
        narrowed=("location_type__name", f'"{kind}"'),
        parameter=("location_type", f'"{kind}"'),
        created=f'A {new} needs a location_type, here LocationType.objects.get(name="{kind}"), and the parent that it asks for',
    )


class LocationModels(Transformation):
    """The types are called Site and Region where 1.x data was migrated; queries and forms are narrowed to them.

    Likely, not certain: an instance may have other types by now.
    """

    id = "location-models"
    title = "Site and Region become Location, of the type Site or Region"
    since = "2.0"
    page = table("v2-models-locations").page

    def concerns(self, text: str) -> bool:
        """Whether it names one."""
        return any(name in text for name in ("Site", "Region", "dcim.site", "dcim.region", "_site", "_region")) or (
            "dcim" in text and ("site" in text or "region" in text)
        )

    def run(self, file: Understood) -> cst.Module:
        """Replace both."""
        for old, new in table("v2-models-locations").rows:
            replace_everywhere(file, _replacement(old, new))
        return file.edited()
