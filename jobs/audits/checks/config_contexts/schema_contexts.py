"""EXTRAS-CONTEXT-003: config context violates its schema."""

from __future__ import annotations

from ._schemas import SchemaViolated


class ContextSchemaViolated(SchemaViolated):
    """Config contexts whose data is not what their schema says."""

    id = "EXTRAS-CONTEXT-003"
    title = "Config context violates its schema"
    model = "extras.configcontext"
    description = (
        "The data of the config context does not validate against its config context schema (JSON Schema, draft 7), or "
        "the schema is no valid one. Nautobot validates only when the context is saved: a schema changed later, or a "
        "context written past validation, goes unnoticed. Templates rely on the form of the data."
    )
    bad = 'The schema says that "ntp" is a list of strings; "Base services" has "ntp": "192.0.2.123".'
    good = '"Base services" has "snmp" as well, which the schema does not name and does not forbid.'

    _DATA = "data"
    _SCHEMA = "config_context_schema"
