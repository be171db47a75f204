"""Roles of devices, racks, prefixes and VLANs, which are of one model."""

from __future__ import annotations

import libcst as cst

from ..replaced import Replacement, replace_everywhere
from ..tables import table
from ..transformation import Transformation
from ..understood import Understood

# The content types that tell whose roles they were; those of ipam.Role are two, and a query by both finds some twice.
_OF = {"dcim.DeviceRole": "device", "dcim.RackRole": "rack"}


def _replacement(old: str, new: str) -> Replacement:
    of = _OF.get(old, "")
    return Replacement(
        old,
        new,
        narrowed=("content_types__model", f'"{of}"') if of else ("", ""),
        parameter=("content_types", f'"dcim.{of}"') if of else ("", ""),
        created=f"A new {new} needs the content types that it is for: role.content_types.add(...)",
    )


class RoleModels(Transformation):
    """A role may be for more than one kind of object now; queries and forms are narrowed to the kind that they were about."""

    id = "role-models"
    title = "DeviceRole, RackRole and ipam.Role become extras.Role"
    since = "2.0"
    page = table("v2-models-roles").page

    def concerns(self, text: str) -> bool:
        """Whether it names one."""
        return any(
            name in text.lower() for name in ("devicerole", "rackrole", "ipam.models", "ipam.role", "ipam import")
        )

    def run(self, file: Understood) -> cst.Module:
        """Replace all."""
        for old, new in table("v2-models-roles").rows:
            replace_everywhere(file, _replacement(old, new))
        return file.edited()
