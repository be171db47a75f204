"""Fields of trees, which objects have only where the query asks for them since 2.3."""

from __future__ import annotations

import libcst as cst

from ..models import current
from ..moves import guarded
from ..queries import places
from ..transformation import Transformation
from ..understood import Understood

_FIELDS = frozenset({"tree_depth", "tree_ordering", "tree_path"})
_TREES = frozenset({"InventoryItem", "Location", "LocationType", "RackGroup", "TenantGroup"})


class TreeFields(Transformation):
    """Nothing is changed: with_tree_fields() belongs where the objects are got, which may be far from where the field is read."""

    id = "tree-fields"
    title = "tree_depth and the like of locations and groups are marked"
    since = "2.3"
    page = "release-notes/version-2.3.html#changed-treemanager-default-behavior-5786"

    def concerns(self, text: str) -> bool:
        """Whether it has such a field."""
        return any(name in text for name in _FIELDS) and "with_tree_fields" not in text

    def run(self, file: Understood) -> cst.Module:
        """Mark each use."""
        for place in places(file):
            name = place.path.removeprefix("-").rpartition("__")[2]
            of = current(place.model or place.guess)
            if name in _FIELDS and of in _TREES and not guarded(file, place.node):
                file.todo(place.node, f"{name} is there only where the query has with_tree_fields()")
        return file.edited()
