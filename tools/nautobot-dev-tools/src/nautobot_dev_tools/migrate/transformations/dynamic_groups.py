"""Members of dynamic groups, which are always cached since 2.3."""

from __future__ import annotations

import libcst as cst

from ..queries import places
from ..transformation import Transformation
from ..understood import Understood


class DynamicGroups(Transformation):
    """`members` was computed each time, and is what was last found now: ``update_cached_members()`` finds it anew."""

    id = "dynamic-groups"
    title = "DynamicGroup.members_cached becomes members"
    since = "2.3"
    page = "release-notes/version-2.3.html#dynamic-group-cache-changes-5473"

    def concerns(self, text: str) -> bool:
        """Whether it has the old name."""
        return "members_cached" in text

    def run(self, file: Understood) -> cst.Module:
        """Rename the attribute of what is known to be a group."""
        for place in places(file):
            if place.use == "attribute" and place.path == "members_cached" and place.model == "DynamicGroup":
                file.replace(place.node, cst.Name("members"))
                file.changed(place.node, "DynamicGroup.members_cached is members now")
        return file.edited()
