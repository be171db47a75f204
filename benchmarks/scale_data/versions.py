"""All that differs between the supported versions of Nautobot for rows that are written, and read, past its models."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from nautobot.dcim import models as dcim

# 3.2 replaced the cable's two generic foreign keys, and what each port knew of its own cable, by a join table; and a
# component of a module names the device too.
HAS_JOIN_TABLE = hasattr(dcim, "CableToCableTermination")

JOIN_TABLES = [dcim.CableToCableTermination] if HAS_JOIN_TABLE else []
UNCABLED = Q(cable_termination=None) if HAS_JOIN_TABLE else Q(cable=None)
PATH_FIELDS = ("destination_id", "destination_type_id", "path", "is_active", "is_split") + (
    ("peer_connector",) if HAS_JOIN_TABLE else ()
)


def join_field(model: Any) -> str:
    """The join table's foreign key to ports of a model."""
    from nautobot.dcim.models.cables import termination_fk_field

    return termination_fk_field(model)


def device_of(prefix: str = "") -> F | Coalesce:
    """The device of a component, itself or on a module."""
    own = F(f"{prefix}device_id")
    module = f"{prefix}module__parent_module_bay__parent_device_id"
    return own if HAS_JOIN_TABLE else Coalesce(own, F(module))


def owner(device: uuid.UUID, module: uuid.UUID | None) -> dict[str, Any]:
    """What a component says of where it is."""
    return {"device_id": device if HAS_JOIN_TABLE or module is None else None, "module_id": module}


def cable_ends(sides: dict[str, tuple[int, uuid.UUID, uuid.UUID | None]]) -> dict[str, Any]:
    """What a cable itself says of its ends: by side, the content type and key of the port, and the key of its device."""
    if HAS_JOIN_TABLE:
        return {}
    values: dict[str, Any] = {}
    for side, (kind, key, device) in sides.items():
        name = f"termination_{side.lower()}"
        values |= {f"{name}_type_id": kind, f"{name}_id": key, f"_{name}_device_id": device}
    return values


def attach(port: Any, cable: uuid.UUID, peer_type: int, peer: uuid.UUID) -> None:
    """What a port itself says of its cable."""
    if not HAS_JOIN_TABLE:
        port.cable_id, port._cable_peer_type_id, port._cable_peer_id = cable, peer_type, peer


def lead(port: Any, path: uuid.UUID) -> None:
    """What a port itself says of the cable path that begins there."""
    if not HAS_JOIN_TABLE:
        port._path_id = path
