"""EXTRAS-CONTEXT-004: local config context of a device violates its schema."""

from __future__ import annotations

from ....toolkit.checks import DeviceCheck
from ._schemas import SchemaViolated


class DeviceSchemaViolated(SchemaViolated, DeviceCheck):
    """Devices whose local context is not what its schema says."""

    id = "EXTRAS-CONTEXT-004"
    title = "Local config context of device violates its schema"
    description = (
        "The local config context of the device does not validate against its local config context schema (JSON Schema, "
        "draft 7), or the schema is no valid one. Nautobot validates only when the device is saved: a schema changed "
        "later goes unnoticed. Templates rely on the form of the data."
    )
    bad = 'The schema requires "domain"; the local context of ams01-core-01 has only "peer_link".'
    good = "ams01-core-02 has a local context and no schema for it."

    _DATA = "local_config_context_data"
    _SCHEMA = "local_config_context_schema"
